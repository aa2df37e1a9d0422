#include "session_peer.hpp"

#include <algorithm>

namespace vle::link::test {
namespace {

constexpr std::uint32_t kBlockBytes = 512;
constexpr std::uint32_t kTraceBytes = 300 * 6;

v1::HelloReply hello_of(std::uint32_t boots) {
  v1::HelloReply hello;
  hello.set_version(1);
  hello.set_version_min(1);
  hello.set_version_max(1);
  hello.set_session(boots);
  hello.set_boot_id(boots);
  hello.set_max_payload(640);
  hello.set_max_chunk(512);
  hello.set_rx_window(2048);
  hello.mutable_limits()->set_heartbeat_limit_ms(2000);
  hello.mutable_limits()->set_trace_block_bytes(kBlockBytes);
  hello.mutable_limits()->set_trace_ring_bytes(4 * kBlockBytes);
  return hello;
}

}  // namespace

class PeerTransport final : public Transport {
 public:
  explicit PeerTransport(PeerMedium& peer) : peer_(peer) {}

  Result<> write(std::span<const std::uint8_t> bytes, TimePoint) override {
    std::vector<Frame> frames;
    arriving_.feed(bytes, frames);
    for (const Frame& frame : frames) {
      v1::LinkRequest request;
      if (!request.ParseFromString(frame.payload)) std::abort();
      if (!is_cut_) is_cut_ = !peer_.act_on(request, waiting_);
    }
    if (is_cut_) return fail(ErrorCode::kDevice, "peer: cut");
    return {};
  }

  Result<std::size_t> read(std::span<std::uint8_t> into, TimePoint deadline) override {
    if (is_cut_) return fail(ErrorCode::kDevice, "peer: cut");
    if (waiting_.empty()) peer_.pause(deadline);
    const std::size_t count = std::min(into.size(), waiting_.size());
    std::copy_n(waiting_.begin(), count, into.begin());
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

 private:
  PeerMedium& peer_;
  FrameStream arriving_;
  std::vector<std::uint8_t> waiting_;
  bool is_cut_ = false;
};

Result<std::unique_ptr<Transport>> PeerMedium::connect(TimePoint) {
  return std::make_unique<PeerTransport>(*this);
}

std::uint8_t PeerMedium::take() {
  if (input_.empty()) return static_cast<std::uint8_t>(Act::kSilence);
  const std::uint8_t byte = input_.front();
  input_ = input_.subspan(1);
  return byte;
}

std::string PeerMedium::take_bytes() {
  const std::size_t count = std::min<std::size_t>(take(), input_.size());
  const std::string bytes(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(count));
  input_ = input_.subspan(count);
  return bytes;
}

void PeerMedium::send(std::uint8_t kind, const std::string& message, Bytes& out) {
  Bytes frame;
  frames_.encode(kind, static_cast<std::uint16_t>(boots_), message, frame);
  out.insert(out.end(), frame.begin(), frame.end());
}

void PeerMedium::send_blocks(const v1::TraceRequest& asked, Bytes& out) {
  for (std::uint32_t i = 0; i < std::min(asked.count(), 8U); ++i) {
    const std::uint64_t at = (std::uint64_t{asked.first_index()} + i) * kBlockBytes;
    if (at > kTraceBytes) return;
    v1::LinkEvent event;
    v1::TraceBlock& block = *event.mutable_trace_block();
    block.set_run_id(asked.run_id());
    block.set_index(asked.first_index() + i);
    block.set_data(std::string(std::min<std::uint64_t>(kBlockBytes, kTraceBytes - at), '\1'));
    block.set_last(at + kBlockBytes > kTraceBytes);
    send(VLE_FW_KIND_EVENT, event.SerializeAsString(), out);
  }
}

v1::LinkReply PeerMedium::sound_answer(const v1::LinkRequest& request) {
  v1::LinkReply reply;
  reply.set_id(request.id());
  reply.set_status(v1::LINK_STATUS_OK);
  switch (request.body_case()) {
    case v1::LinkRequest::kHello:
      *reply.mutable_hello() = hello_of(boots_);
      break;
    case v1::LinkRequest::kUploadBegin:
      stored_ = 0;
      reply.mutable_upload()->set_verdict(v1::UPLOAD_VERDICT_FRESH);
      break;
    case v1::LinkRequest::kUploadChunk:
      if (request.upload_chunk().offset() == stored_) {
        stored_ += static_cast<std::uint32_t>(request.upload_chunk().data().size());
      }
      reply.mutable_upload()->set_verdict(v1::UPLOAD_VERDICT_STORED);
      reply.mutable_upload()->set_next_offset(stored_);
      break;
    case v1::LinkRequest::kUploadCommit:
      reply.mutable_upload()->set_verdict(v1::UPLOAD_VERDICT_COMMITTED);
      break;
    case v1::LinkRequest::kHeartbeat:
      reply.mutable_heartbeat()->set_state(v1::RUN_STATE_DONE);
      break;
    case v1::LinkRequest::kReadRegisters:
      reply.mutable_read_registers()->set_words(std::string(2 * request.read_registers().count() % 512, '\0'));
      break;
    default:
      reply.mutable_run_state()->set_state(v1::RUN_STATE_DONE);
      reply.mutable_run_state()->set_steps_done(300);
  }
  return reply;
}

bool PeerMedium::act_on(const v1::LinkRequest& request, Bytes& out) {
  now_ += std::chrono::microseconds(100);
  const Act act = static_cast<Act>(take() % static_cast<int>(Act::kLast));
  if (act == Act::kSilence) return true;
  if (act == Act::kCut) return false;
  if (act == Act::kRaw) {
    const std::string bytes = take_bytes();
    out.insert(out.end(), bytes.begin(), bytes.end());
    return true;
  }
  if (act == Act::kEvent) send(VLE_FW_KIND_EVENT, take_bytes(), out);
  if (act == Act::kForget) ++boots_;
  v1::LinkReply reply = sound_answer(request);
  if (act == Act::kStatus) reply.set_status(static_cast<v1::LinkStatus>(take()));
  std::string message = reply.SerializeAsString();
  if (act == Act::kMessage) {
    v1::LinkReply bare;
    bare.set_id(request.id());
    message = bare.SerializeAsString() + take_bytes();
  }
  if (act == Act::kFlip) message[take() % message.size()] = static_cast<char>(take());
  send(VLE_FW_KIND_REPLY, message, out);
  if (act == Act::kTwice) send(VLE_FW_KIND_REPLY, message, out);
  if (request.has_trace()) send_blocks(request.trace(), out);
  return true;
}

}  // namespace vle::link::test
