#include <algorithm>
#include <iterator>

#include "check_table.hpp"
#include "exercises.hpp"

namespace vle::conformance {
namespace {

struct CrcVariant {
  std::string_view name;
  std::uint32_t reflected_polynomial;
};
constexpr CrcVariant kOtherCrcs[] = {{"CRC-32C (Castagnoli, 0x1EDC6F41)", 0x82F63B78U},
                                     {"CRC-32K (Koopman, 0x741B8CD7)", 0xEB31D82EU},
                                     {"CRC-32Q (0x814141AB)", 0xD5828281U},
                                     {"CRC-32 with the polynomial not reflected", 0x04C11DB7U}};

/// The name of the CRC that ends the first whole frame of `stream`; empty: the right one, or none that is known.
std::string_view foreign_crc_in(const Bytes& stream) {
  auto from = stream.begin();
  while (from != stream.end()) {
    const auto to = std::find(from, stream.end(), std::uint8_t{0});
    const Bytes content = decoded(std::span(from, to));
    from = to == stream.end() ? to : std::next(to);
    if (content.size() < VLE_FW_HEADER_BYTES + VLE_FW_CRC_BYTES) continue;
    const std::span<const std::uint8_t> covered(content.data(), content.size() - VLE_FW_CRC_BYTES);
    for (const CrcVariant& other : kOtherCrcs) {
      Bytes same(covered.begin(), covered.end());
      append_crc(same, crc32_of(covered, other.reflected_polynomial));
      if (same == content) return other.name;
    }
  }
  return {};
}

Duration patience(const Examiner& examiner) {
  return std::chrono::milliseconds(500) + examiner.line_time(200);
}

// A board that hears nothing but frames with another CRC, or sends none other, is told so rather than "no answer".
void crc_right(Examiner& examiner) {
  v1::LinkRequest hello = make_hello(examiner.nonce());
  for (int attempt = 0; attempt < 4; ++attempt) {
    if (examiner.reply_to(examiner.post(hello), patience(examiner))) return;
  }
  const std::string_view sent = foreign_crc_in(examiner.heard());
  if (!examiner.expect(sent.empty(), "the board ends its frames with {}", sent)) return;
  for (const CrcVariant& other : kOtherCrcs) {
    if (examiner.has_heard()) break;
    hello.set_id(examiner.fresh_id());
    Bytes content = content_of({VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, 0, 0, 0}, examiner.message_of(hello));
    append_crc(content, crc32_of(content, other.reflected_polynomial));
    examiner.write(delimited(content));
    examiner.receive(examiner.now() + patience(examiner));
    examiner.expect(!examiner.has_heard(), "the board answers frames that end with {}, and no others", other.name);
  }
  const Examiner::Preparing hello_is_next(examiner);
  examiner.expect(false, "nothing comes back at all");
}

void hello_answered(Examiner& examiner) {
  v1::LinkReply reply;
  const TimePoint until = examiner.now() + std::chrono::seconds(10);
  while (examiner.goes_on()) {
    reply = examiner.hello(examiner.nonce());
    if (reply.status() != v1::LINK_STATUS_BUSY || examiner.now() > until) break;
    examiner.wait(std::chrono::milliseconds(100));
  }
  if (!examiner.goes_on()) return;
  examiner.expect_status(reply, v1::LINK_STATUS_OK, "Hello");
  examiner.expect(reply.has_hello(), "the reply to Hello has no body");
  examiner.expect(reply.hello().session() > 0 && reply.hello().session() <= 0xFFFF,
                  "session is {}; it takes 1 to 65535", reply.hello().session());
  examiner.expect(reply.hello().version() == 1, "version is {}; the host offered 1", reply.hello().version());
  if (examiner.goes_on()) examiner.take_session(reply.hello());
}

void identity(Examiner& examiner) {
  const v1::HelloReply& board = examiner.board();
  examiner.facts->target = board.target();
  examiner.facts->target_hash = board.target_hash();
  examiner.facts->firmware_version = board.firmware_version();
  examiner.facts->chip_id = board.chip_id();
  const std::string& hash = board.target_hash();
  const bool is_hash = hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == std::string::npos;
  examiner.expect(!board.target().empty(), "target is empty");
  examiner.expect(is_hash, "target_hash is \"{}\"; it takes 64 hexadecimal digits", hash);
  examiner.expect(!board.firmware_version().empty(), "firmware_version is empty");
  examiner.expect(board.boot_id() != 0, "boot_id is 0");
  examiner.expect(board.reset_cause() != v1::RESET_CAUSE_UNSPECIFIED, "reset_cause is not told");
}

void limits_fit(Examiner& examiner) {
  const v1::HelloReply& board = examiner.board();
  const v1::LinkLimits& limits = board.limits();
  constexpr std::uint32_t kAroundChunk = 16;  // a chunk's id, offset and lengths
  examiner.expect(board.has_limits(), "limits are missing");
  examiner.expect(board.max_chunk() > 0 && board.max_chunk() + kAroundChunk <= board.max_payload(),
                  "max_chunk is {}; a message has {} bytes at most", board.max_chunk(), board.max_payload());
  examiner.expect(board.rx_window() >= VLE_FW_FRAME_BOUND(board.max_payload()), "rx_window is {}; a frame may take {}",
                  board.rx_window(), VLE_FW_FRAME_BOUND(board.max_payload()));
  examiner.expect(limits.heartbeat_limit_ms() >= 100, "heartbeat_limit_ms is {}; no host beats that fast",
                  limits.heartbeat_limit_ms());
  examiner.expect(limits.image_words() > 0 && limits.stimulus_bytes() > 0, "there is no memory: {} words, {} bytes",
                  limits.image_words(), limits.stimulus_bytes());
  examiner.expect(limits.steps_min() <= limits.steps_max() && limits.steps_max() > 0, "runs of {} to {} steps",
                  limits.steps_min(), limits.steps_max());
  examiner.expect(limits.trace_block_bytes() % 2 == 0 && limits.trace_block_bytes() <= board.max_chunk(),
                  "trace blocks of {} bytes; they are even, and at most max_chunk", limits.trace_block_bytes());
  examiner.expect(limits.trace_ring_bytes() >= 2 * limits.trace_block_bytes(), "a ring of {} bytes for blocks of {}",
                  limits.trace_ring_bytes(), limits.trace_block_bytes());
}

v1::LinkRequest make_get_target(std::uint32_t offset) {
  v1::LinkRequest request;
  request.mutable_get_target()->set_offset(offset);
  return request;
}

void description(Examiner& examiner) {
  std::string whole;
  v1::LinkReply reply = examiner.ask(make_get_target(0));
  if (reply.status() == v1::LINK_STATUS_UNSUPPORTED) return examiner.skip("the board holds no description");
  while (examiner.goes_on()) {
    examiner.expect_status(reply, v1::LINK_STATUS_OK, "GetTarget");
    const v1::GetTargetReply& part = reply.get_target();
    examiner.expect(part.offset() == whole.size(), "asked at {}, the part is of {}", whole.size(), part.offset());
    whole += part.data();
    if (whole.size() >= part.total_size()) break;
    examiner.expect(!part.data().empty(), "nothing comes at {} of {} bytes", whole.size(), part.total_size());
    reply = examiner.ask(make_get_target(static_cast<std::uint32_t>(whole.size())));
  }
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(whole.data());
  examiner.expect(sha256_of({bytes, whole.size()}) == reply.get_target().sha256(),
                  "{} bytes do not have the hash that comes with them", whole.size());
  if (examiner.goes_on()) examiner.facts->description = whole;
  const auto size = static_cast<std::uint32_t>(whole.size());
  examiner.expect(examiner.ask(make_get_target(size)).get_target().data().empty(), "there are bytes behind the end");
  examiner.expect_status(examiner.ask(make_get_target(size + 1)), v1::LINK_STATUS_OUT_OF_RANGE,
                         "GetTarget beyond the end");
}

}  // namespace

std::vector<CheckRecord> first_checks() {
  return {
      {{"crc-right", "frame.crc", "Hello in a sound frame; if nothing comes back, with other CRCs",
        "vle_fw_crc32: polynomial 0x04C11DB7, reflected, begun and ended with ones, little endian"},
       kNothing,
       kWire,
       crc_right},
      {{"hello", "session.hello", "Hello of version 1 with a nonce of its own",
        "no byte comes back: does vle_fw_receive get the receiver's bytes, does vle_fw_poll run, does now_us advance, "
        "does transmit send?"},
       kWire,
       kSession,
       hello_answered},
      {{"hello-identity", "session.identity", "the fields of HelloReply that name the board",
        "fill in target, target_hash, boot_id, firmware_version and reset_cause of vle_fw_board"},
       kSession,
       kNothing,
       identity},
      {{"hello-limits", "session.limits", "the sizes in HelloReply, against each other",
        "fill in image_words, stimulus_bytes, steps_min, steps_max, rx_window, heartbeat_limit_ms and trace_ring of "
        "vle_fw_board"},
       kSession,
       kNothing,
       limits_fit},
      {{"target-parts", "target.description", "the whole description by GetTarget, and beyond its end",
        "description and description_size of vle_fw_board; both must stay where they are"},
       kSession,
       kNothing,
       description},
  };
}

}  // namespace vle::conformance
