#include "test_client.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <utility>

namespace vle::firmware_interface {

Bytes sha256_of(const Bytes& bytes) {
  vle_fw_sha256 sha256;
  vle_fw_sha256_begin(&sha256);
  vle_fw_sha256_add(&sha256, bytes.data(), bytes.size());
  Bytes hash(VLE_FW_HASH_BYTES);
  vle_fw_sha256_end(&sha256, hash.data());
  return hash;
}

v1::LinkRequest begin_of(v1::LinkObject object, const Bytes& bytes) {
  v1::LinkRequest request;
  v1::UploadBeginRequest& begin = *request.mutable_upload_begin();
  begin.set_object(object);
  begin.set_size(static_cast<std::uint32_t>(bytes.size()));
  const Bytes hash = sha256_of(bytes);
  begin.set_sha256(hash.data(), hash.size());
  if (object == v1::LINK_OBJECT_IMAGE) {
    begin.mutable_geometry()->set_cores(1);
    begin.mutable_geometry()->set_columns(16);
  } else {
    begin.mutable_shape()->set_steps(static_cast<std::uint32_t>(bytes.size() / 6));
    begin.mutable_shape()->set_input_channels(2);
    begin.mutable_shape()->set_target_channels(1);
  }
  return request;
}

void TestClient::through_wire(const Bytes& frame, const std::function<void(const Bytes&)>& arrive) {
  const bool hit = messages++ == faulty;
  if (hit && fault == Fault::kDrop) return;
  if (hit && fault == Fault::kDelay) {
    late_.push_back({150, frame, arrive});
    return;
  }
  arrive(frame);
  if (hit && fault == Fault::kDuplicate) arrive(frame);
}

void TestClient::send(const v1::LinkRequest& request) {
  const std::string text = request.SerializeAsString();
  const vle_fw_header header{VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, static_cast<std::uint16_t>(session), sequence_++,
                             0};
  through_wire(encoded(header, Bytes(text.begin(), text.end())), [this](const Bytes& frame) { board_.receive(frame); });
}

void TestClient::arrived(const Bytes& frame) {
  Bytes buffer(VLE_FW_FRAME_CONTENT(VLE_FW_MAX_PAYLOAD));
  vle_fw_decoder decoder;
  vle_fw_decoder_init(&decoder, buffer.data(), buffer.size());
  std::size_t taken = 0;
  vle_fw_frame decoded;
  ASSERT_EQ(vle_fw_decoder_feed(&decoder, frame.data(), frame.size(), &taken, &decoded), VLE_FW_DECODE_FRAME);
  last_credit = decoded.header.credit;
  const auto count = static_cast<int>(decoded.count);
  if (decoded.header.kind == VLE_FW_KIND_REPLY) {
    ASSERT_TRUE(replies.emplace_back().ParseFromArray(decoded.payload, count));
  } else {
    ASSERT_EQ(decoded.header.kind, VLE_FW_KIND_EVENT);
    ASSERT_TRUE(events.emplace_back().ParseFromArray(decoded.payload, count));
  }
}

void TestClient::turn(std::uint32_t us) {
  for (Late& late : late_) {
    if (--late.turns == 0) late.arrive(late.frame);
  }
  board_.poll(us);
  after_turn();
  const Bytes sent = board_.take_sent();
  for (const std::uint8_t byte : sent) {
    line_.push_back(byte);
    if (byte != 0) continue;
    through_wire(std::exchange(line_, {}), [this](const Bytes& frame) { arrived(frame); });
  }
}

std::optional<v1::LinkReply> TestClient::ask(v1::LinkRequest request) {
  request.set_id(next_id++);
  for (int attempt = 0; attempt < retries; ++attempt) {
    send(request);
    for (int i = 0; i < patience; ++i) {
      turn();
      const auto found = std::find_if(replies.begin(), replies.end(),
                                      [&](const v1::LinkReply& reply) { return reply.id() == request.id(); });
      if (found == replies.end()) continue;
      v1::LinkReply reply = *found;
      replies.clear();
      return reply;
    }
  }
  return std::nullopt;
}

v1::LinkReply TestClient::answer(const v1::LinkRequest& request) {
  const std::optional<v1::LinkReply> reply = ask(request);
  EXPECT_TRUE(reply.has_value()) << request.ShortDebugString();
  return reply.value_or(v1::LinkReply());
}

v1::LinkReply TestClient::hello() {
  v1::LinkRequest request;
  request.mutable_hello()->set_version_min(1);
  request.mutable_hello()->set_version_max(1);
  request.mutable_hello()->set_client_nonce(nonce_);
  request.mutable_hello()->set_client("test");
  const v1::LinkReply reply = answer(request);
  if (reply.status() == v1::LINK_STATUS_OK) session = reply.hello().session();
  return reply;
}

v1::LinkStatus TestClient::upload(v1::LinkObject object, const Bytes& bytes) {
  const v1::LinkReply begun = answer(begin_of(object, bytes));
  if (begun.status() != v1::LINK_STATUS_OK) return begun.status();
  if (begun.upload().verdict() == v1::UPLOAD_VERDICT_MATCH) return begun.status();
  std::size_t at = begun.upload().next_offset();
  while (at < bytes.size()) {
    const std::size_t count = std::min<std::size_t>(300, bytes.size() - at);
    v1::LinkRequest request;
    request.mutable_upload_chunk()->set_offset(static_cast<std::uint32_t>(at));
    request.mutable_upload_chunk()->set_data(bytes.data() + at, count);
    const v1::LinkReply stored = answer(request);
    if (stored.status() != v1::LINK_STATUS_OK) return stored.status();
    at = stored.upload().next_offset();
  }
  v1::LinkRequest commit;
  commit.mutable_upload_commit();
  return answer(commit).status();
}

v1::LinkReply TestClient::run(const v1::RunRequest& run) {
  v1::LinkRequest request;
  *request.mutable_run() = run;
  return answer(request);
}

std::optional<Bytes> TestClient::traces(std::uint32_t run_id, std::uint32_t credit) {
  std::map<std::uint32_t, std::string> blocks;
  std::optional<std::uint32_t> last;
  for (int round = 0; round < 400; ++round) {
    std::uint32_t first = 0;
    while (blocks.contains(first)) ++first;
    if (last && first > *last) break;
    v1::LinkRequest request;
    request.mutable_trace()->set_run_id(run_id);
    request.mutable_trace()->set_first_index(first);
    request.mutable_trace()->set_release(first);
    request.mutable_trace()->set_count(credit);
    events.clear();
    if (answer(request).status() != v1::LINK_STATUS_OK) return std::nullopt;
    for (int i = 0; i < 100 && events.size() < credit; ++i) turn();
    for (const v1::LinkEvent& event : events) {
      const v1::TraceBlock& block = event.trace_block();
      if (block.run_id() != run_id) continue;
      blocks[block.index()] = block.data();
      if (block.last()) last = block.index();
    }
  }
  if (!last) return std::nullopt;
  Bytes codes;
  for (const auto& [index, data] : blocks) codes.insert(codes.end(), data.begin(), data.end());
  return codes;
}

}  // namespace vle::firmware_interface
