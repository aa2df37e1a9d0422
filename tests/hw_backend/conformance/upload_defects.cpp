#include <algorithm>

#include "../../firmware_interface/test_client.hpp"
#include "defect.hpp"

namespace vle::conformance::test {
namespace {

/// Cuts a chunk that is too long down to size, and stores it.
bool cuts_chunks(FakeBoard& board, v1::LinkRequest& request) {
  const std::size_t most = sizeof board.core.link.request.body.upload_chunk.data.bytes;
  if (request.upload_chunk().data().size() > most) request.mutable_upload_chunk()->mutable_data()->resize(most);
  return true;
}

/// Takes the hash of what was stored for the one that was announced.
bool believes_every_hash(FakeBoard& board, v1::LinkRequest& request) {
  const auto& staged = board.core.staged;
  if (!request.has_upload_commit() || !staged.open || staged.next_offset < staged.upload.size) return true;
  Bytes stored(staged.upload.size);
  board.hal.object_read(&board, staged.upload.object, true, 0, stored.data(), stored.size());
  const Bytes hash = firmware_interface::sha256_of(stored);
  std::copy(hash.begin(), hash.end(), board.core.staged.hash);
  return true;
}

/// Goes on with an upload that another one took the place of.
std::function<bool(FakeBoard&, v1::LinkRequest&)> remembers_uploads() {
  using Staged = decltype(vle_fw::staged);
  return [kept = std::vector<Staged>()](FakeBoard& board, v1::LinkRequest& request) mutable {
    auto& staged = board.core.staged;
    if (!request.has_upload_begin()) return true;
    if (staged.open && staged.next_offset > 0) kept.push_back(staged);
    const std::string& hash = request.upload_begin().sha256();
    for (const Staged& one : kept) {
      const bool is_it = std::equal(hash.begin(), hash.end(), reinterpret_cast<const char*>(one.hash));
      if (is_it && request.upload_begin().size() == one.upload.size) staged = one;
    }
    return true;
  };
}

bool takes_layout_registers(FakeBoard&, v1::LinkRequest& request) {
  if (request.has_write_registers() && request.write_registers().address() < 2) request.mutable_heartbeat();
  return true;
}

/// Stores chunks beyond the gap as if nothing were missing.
bool sees_no_gap(FakeBoard& board, v1::LinkRequest& request) {
  if (request.has_upload_chunk() && board.core.staged.open &&
      request.upload_chunk().offset() > board.core.staged.next_offset &&
      request.upload_chunk().offset() < board.core.staged.upload.size) {
    request.mutable_upload_chunk()->set_offset(board.core.staged.next_offset);
  }
  return true;
}

}  // namespace

std::vector<Defect> upload_defects() {
  std::vector<Defect> list(10);
  list[0] = defect("AcceptsOversizeChunks", "upload.chunk-size");
  list[0].on_request = cuts_chunks;
  list[1] = defect("AcceptsAWrongHash", "upload.hash");
  list[1].on_request = believes_every_hash;
  list[2] = defect("ResumesWhatWasForgotten", "upload.forgotten");
  list[2].on_request = remembers_uploads();
  list[3] = defect("MemoryRots", "upload.commit", "object_read");
  list[3].set_up = [](FakeBoard& board) { board.memory_rots = true; };
  list[4] = defect("NoObjectBegin", "upload.begin", "object_begin");
  list[4].set_up = [](FakeBoard& board) { board.hal.object_begin = nullptr; };
  list[5] = defect("SeesNoGap", "upload.gap");
  list[5].on_request = sees_no_gap;
  list[6] = defect("WritesLayoutRegisters", "registers.layout");
  list[6].on_request = takes_layout_registers;
  list[7] = defect("MatchesAfterAWrite", "registers.no-match");
  list[7].after_turn = [](FakeBoard& board) { board.core.content[0].hash_known = board.core.content[0].held; };
  list[8] = defect("RegistersAreNotWritten", "registers.access", "registers_write");
  list[8].set_up = [](FakeBoard& board) {
    board.hal.registers_write = [](void*, std::uint32_t, const std::uint8_t*, std::size_t) { return VLE_FW_OK; };
  };
  list[9] = defect("MemoryTakesNothing", "upload.chunk", "object_write");
  list[9].set_up = [](FakeBoard& board) {
    board.hal.object_write = [](void*, vle_fw_object, std::uint32_t, const std::uint8_t*, std::size_t) {
      return VLE_FW_FAULT;
    };
  };
  return list;
}

}  // namespace vle::conformance::test
