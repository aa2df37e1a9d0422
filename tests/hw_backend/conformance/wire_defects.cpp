#include <algorithm>

#include "defect.hpp"
#include "wire.hpp"

namespace vle::conformance::test {
namespace {

constexpr std::uint32_t kCastagnoli = 0x82F63B78U;

/// Takes frames that end with CRC-32C, and no others.
bool takes_castagnoli(FakeBoard&, Bytes& frame) {
  Bytes content = decoded(frame);
  if (content.size() < VLE_FW_CRC_BYTES) return true;
  const Bytes given(content.end() - VLE_FW_CRC_BYTES, content.end());
  content.resize(content.size() - VLE_FW_CRC_BYTES);
  Bytes wanted;
  append_crc(wanted, crc32_of(content, kCastagnoli));
  if (given != wanted) return false;
  append_crc(content, crc32_of(content, kLinkPolynomial));
  frame = delimited(content);
  return true;
}

bool mends_crc(FakeBoard&, Bytes& frame) {
  if (const auto open = open_frame(frame)) frame = closed_frame(*open);
  return true;
}

/// After a broken code the next good frame is lost.
std::function<bool(FakeBoard&, Bytes&)> loses_the_thread() {
  return [is_lost = false](FakeBoard&, Bytes& frame) mutable {
    const bool is_broken = frame.size() > 1 && !open_frame(frame);
    const bool swallowed = is_lost && !is_broken && frame.size() > 1;
    if (frame.size() > 1) is_lost = is_broken;
    return !swallowed;
  };
}

Bytes with_header(const OpenFrame& open, const std::function<void(vle_fw_header&)>& change) {
  OpenFrame changed = open;
  change(changed.header);
  return closed_frame(changed);
}

bool answers_any_kind(FakeBoard&, Bytes& frame) {
  const auto open = open_frame(frame);
  if (open && open->crc_is_right) frame = with_header(*open, [](auto& header) { header.kind = VLE_FW_KIND_REQUEST; });
  return true;
}

bool takes_any_version(FakeBoard&, Bytes& frame) {
  const auto open = open_frame(frame);
  if (open && open->crc_is_right) frame = with_header(*open, [](auto& header) { header.wire_version = 1; });
  return true;
}

/// Silent about messages that it cannot read.
bool is_silent_about_nonsense(FakeBoard& board, Bytes& frame) {
  const auto open = open_frame(frame);
  v1::LinkRequest request;
  const bool nonsense = open && open->crc_is_right && !request.ParseFromString(open->message);
  const bool too_long = request.hello().client().size() > 31 || request.run().scan_size() > 24;
  if (!nonsense && !too_long) return true;
  ++board.core.count.decode_errors;
  ++board.core.count.frames_received;
  ++board.core.count.frames_sent;
  return false;
}

}  // namespace

std::vector<Defect> wire_defects() {
  std::vector<Defect> list(11);
  list[0] = defect("WrongCrcPolynomial", "frame.crc", "polynomial");
  list[0].on_frame = takes_castagnoli;
  list[0].on_answer = [](FakeBoard&, OpenFrame frame) {
    frame.crc_is_right = false;
    return std::vector{frame};
  };
  list[1] = defect("CrcIsNotLookedAt", "frame.crc");
  list[1].on_frame = mends_crc;
  list[2] = defect("NoResyncAfterGarbage", "frame.resync");
  list[2].on_frame = loses_the_thread();
  list[3] = defect("AnswersEveryKind", "frame.kind");
  list[3].on_frame = answers_any_kind;
  list[4] = defect("TakesEveryWireVersion", "frame.wire-version");
  list[4].on_frame = takes_any_version;
  list[5] = defect("SequenceStandsStill", "frame.header");
  list[5].on_answer = [](FakeBoard&, OpenFrame frame) {
    frame.header.sequence = 7;
    return std::vector{frame};
  };
  list[6] = defect("RingSmallerThanItsWindow", "frame.window", "rx_window");
  list[6].on_bytes = [](Bytes& bytes) { bytes.resize(std::min<std::size_t>(bytes.size(), 1024)); };
  list[7] = defect("SilentAboutNonsense", "message.unreadable");
  list[7].on_frame = is_silent_about_nonsense;
  list[8] = defect("RestartsAtALargeNumber", "message.hostile");
  list[8].on_request = [](FakeBoard& board, v1::LinkRequest& request) {
    if (request.upload_begin().size() == 0x7FFFFFFFU) board.restart();
    return true;
  };
  list[9] = defect("SlowToAnswer", "timing.answer", "millisecond");
  list[9].heartbeat_delay_us = 600'000;
  list[10] = defect("CountsNothing", "stats.counts");
  list[10].after_turn = [](FakeBoard& board) { board.core.count.frames_received = 0; };
  return list;
}

}  // namespace vle::conformance::test
