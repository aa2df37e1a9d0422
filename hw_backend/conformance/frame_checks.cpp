#include <algorithm>

#include "check_table.hpp"
#include "exercises.hpp"

namespace vle::conformance {
namespace {

v1::StatsReply stats(Examiner& examiner) {
  v1::LinkRequest request;
  request.mutable_stats();
  return examiner.ask_ok(std::move(request), "Stats").stats();
}

/// A request to restart what is going on that would show: its reply.
std::string heartbeat_message(Examiner& examiner) {
  v1::LinkRequest request = make_heartbeat();
  request.set_id(examiner.fresh_id());
  return examiner.message_of(request);
}

void crc_wrong(Examiner& examiner) {
  const std::uint32_t before = stats(examiner).crc_errors();
  constexpr std::uint32_t kFrames = 40;
  for (std::uint32_t i = 0; i < kFrames && examiner.goes_on(); ++i) {
    Bytes content = content_of(examiner.header(), heartbeat_message(examiner));
    const std::uint32_t crc = crc32_of(content, kLinkPolynomial);
    if (i % 2 == 0) {
      append_crc(content, crc ^ (1U << (i / 2 % 32)));
    } else {
      append_crc(content, crc);
      content[VLE_FW_HEADER_BYTES + i / 2 % 2] ^= static_cast<std::uint8_t>(1U << (i / 4 % 7));
    }
    examiner.write(delimited(content));
  }
  examiner.expect_silence("a frame with a flipped bit");
  const std::uint32_t counted = stats(examiner).crc_errors() - before;
  examiner.expect(counted == kFrames, "of {} damaged frames StatsReply.crc_errors counts {}", kFrames, counted);
}

void code_broken(Examiner& examiner) {
  const std::uint32_t before = stats(examiner).bad_frames();
  const Bytes whole = examiner.frame_of(heartbeat_message(examiner));
  std::uint32_t broken = 0;
  // Cut short within the header: too few bytes for a frame, or a code that leads beyond the end.
  for (std::size_t kept = 1; kept < VLE_FW_HEADER_BYTES && kept + 1 < whole.size(); ++kept) {
    Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(kept));
    cut.push_back(0);
    examiner.write(cut);
    ++broken;
  }
  Bytes beyond = whole;
  beyond.front() = 0xFE;
  examiner.write(beyond);
  ++broken;
  examiner.expect_silence("a frame with a broken code");
  const std::uint32_t counted = stats(examiner).bad_frames() - before;
  examiner.expect(counted == broken, "of {} frames with a broken code StatsReply.bad_frames counts {}", broken,
                  counted);
}

/// Garbage, a delimiter, and a request that must be answered at once.
void resync(Examiner& examiner) {
  for (std::uint32_t i = 0; i < 64 && examiner.goes_on(); ++i) {
    Bytes bytes(i < 32 ? i : examiner.draw(600));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(examiner.draw(256));
    bytes.push_back(0);
    v1::LinkRequest request = make_heartbeat();
    request.set_id(examiner.fresh_id());
    const Bytes frame = examiner.frame_of(examiner.message_of(request));
    bytes.insert(bytes.end(), frame.begin(), frame.end());
    examiner.write(bytes);
    const bool understood =
        examiner.reply_to(request.id(), std::chrono::milliseconds(800) + examiner.line_time(bytes.size())).has_value();
    examiner.expect(understood, "the frame behind {} bytes of garbage and a 0x00 is not answered",
                    bytes.size() - frame.size() - 1);
  }
}

void empty_frames(Examiner& examiner) {
  const v1::StatsReply before = stats(examiner);
  examiner.write(Bytes(300, 0));
  examiner.expect_silence("an empty frame");
  const v1::StatsReply after = stats(examiner);
  examiner.expect(after.bad_frames() == before.bad_frames(), "{} of 300 empty frames are counted as bad",
                  after.bad_frames() - before.bad_frames());
}

/// Sends `frames` heartbeats, cut into writes of `piece` bytes; all must be answered.
void heartbeats_in_pieces(Examiner& examiner, int frames, std::size_t piece) {
  Bytes bytes;
  std::vector<std::uint32_t> ids;
  for (int i = 0; i < frames; ++i) {
    v1::LinkRequest request = make_heartbeat();
    request.set_id(examiner.fresh_id());
    ids.push_back(request.id());
    const Bytes frame = examiner.frame_of(examiner.message_of(request));
    bytes.insert(bytes.end(), frame.begin(), frame.end());
  }
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    examiner.write(std::span(bytes).subspan(at, std::min(piece, bytes.size() - at)));
  }
  for (const std::uint32_t id : ids) {
    const bool answered = examiner.reply_to(id, std::chrono::seconds(1) + examiner.line_time(4096)).has_value();
    examiner.expect(answered, "of {} requests written {} bytes at a time, not all are answered", frames, piece);
  }
}

void pieces(Examiner& examiner) {
  heartbeats_in_pieces(examiner, 12, 4096);
  heartbeats_in_pieces(examiner, 3, 1);
  heartbeats_in_pieces(examiner, 12, 7);
}

/// A heartbeat with an unknown field that makes the message as long as wished, at least 16 bytes.
Bytes padded_heartbeat(Examiner& examiner, std::uint32_t id, std::size_t message_bytes) {
  v1::LinkRequest request = make_heartbeat();
  request.set_id(id);
  std::string message = examiner.message_of(request);
  const std::size_t room = message_bytes - std::min(message_bytes, message.size());
  // Field 1000, length-delimited: a tag of two bytes, a length of three, so that every length can be had.
  constexpr std::size_t kLead = 5;
  const std::size_t length = room - std::min(room, kLead);
  message += {static_cast<char>(0xC2), static_cast<char>(0x3E), static_cast<char>(0x80 | (length & 0x7F)),
              static_cast<char>(0x80 | (length >> 7 & 0x7F)), static_cast<char>(length >> 14 & 0x7F)};
  message.append(length, '\x55');
  return examiner.frame_of(message);
}

void oversize(Examiner& examiner) {
  const std::size_t most = examiner.board().max_payload();
  const std::uint32_t largest = examiner.fresh_id();
  examiner.write(padded_heartbeat(examiner, largest, most));
  const Duration patience = std::chrono::seconds(1) + examiner.line_time(4 * most);
  examiner.expect(examiner.reply_to(largest, patience).has_value(),
                  "a message of max_payload, {} bytes, is not answered", most);
  const std::uint32_t before = stats(examiner).oversize();
  for (const std::size_t size : {most + 1, most + 2, 2 * most}) {
    examiner.write(padded_heartbeat(examiner, examiner.fresh_id(), size));
    examiner.expect_silence(fmt::format("a message of {} bytes, where max_payload is {},", size, most));
  }
  const std::uint32_t counted = stats(examiner).oversize() - before;
  examiner.expect(counted == 3, "of 3 frames longer than max_payload StatsReply.oversize counts {}", counted);
}

void wire_version(Examiner& examiner) {
  for (const std::uint8_t version : {std::uint8_t{0}, std::uint8_t{2}, std::uint8_t{255}}) {
    vle_fw_header header = examiner.header();
    header.wire_version = version;
    examiner.write(examiner.frame_of(heartbeat_message(examiner), header));
    const std::vector<Received> replies = examiner.replies_so_far();
    examiner.expect(replies.size() == 1 && replies[0].reply && replies[0].reply->id() == 0 &&
                        replies[0].reply->status() == v1::LINK_STATUS_VERSION_MISMATCH,
                    "a frame of wire version {} is not answered with id 0 and VERSION_MISMATCH", version);
  }
}

void foreign_kind(Examiner& examiner) {
  for (const int kind : {0, 2, 3, 4, 5, 255}) {
    vle_fw_header header = examiner.header();
    header.kind = static_cast<std::uint8_t>(kind);
    examiner.write(examiner.frame_of(heartbeat_message(examiner), header));
    examiner.expect_silence(fmt::format("a frame of kind {}", kind));
  }
}

void header_fields(Examiner& examiner) {
  std::optional<std::uint16_t> before;
  for (int i = 0; i < 20 && examiner.goes_on(); ++i) {
    examiner.post(make_heartbeat());
    const Duration patience = std::chrono::seconds(2) + examiner.line_time(200);
    const std::optional<Received> received = examiner.receive(examiner.now() + patience);
    if (!examiner.expect(received.has_value(), "no frame comes back")) return;
    const vle_fw_header& header = received->header;
    examiner.expect(header.session == examiner.session(), "the session in the header is {}; it was given as {}",
                    header.session, examiner.session());
    const auto due = static_cast<std::uint16_t>(before.value_or(0) + 1);
    examiner.expect(!before || header.sequence == due, "sequence {} comes behind {}", header.sequence,
                    before.value_or(0));
    before = header.sequence;
  }
}

void window(Examiner& examiner) {
  examiner.post(make_heartbeat());
  const auto received = examiner.receive(examiner.now() + std::chrono::seconds(2) + examiner.line_time(200));
  if (!examiner.expect(received.has_value(), "no frame comes back")) return;
  const std::size_t credit = std::size_t{received->header.credit} * VLE_FW_CREDIT_UNIT;
  examiner.expect(credit <= examiner.board().rx_window(), "the header grants {} bytes, rx_window is {}", credit,
                  examiner.board().rx_window());
  const std::size_t longest = VLE_FW_FRAME_BOUND(examiner.board().max_payload());
  examiner.expect(credit + VLE_FW_CREDIT_UNIT > longest, "an idle board grants {} bytes; a frame may take {}", credit,
                  longest);
  // The window in one burst: as many of the longest frames as fit, the rest in short ones.
  std::vector<std::uint32_t> ids;
  Bytes burst;
  while (true) {
    const std::uint32_t id = examiner.fresh_id();
    Bytes frame = padded_heartbeat(examiner, id, examiner.board().max_payload());
    if (burst.size() + frame.size() > credit) frame = padded_heartbeat(examiner, id, 16);
    if (burst.size() + frame.size() > credit) break;
    burst.insert(burst.end(), frame.begin(), frame.end());
    ids.push_back(id);
  }
  examiner.write(burst);
  for (const std::uint32_t id : ids) {
    const bool answered = examiner.reply_to(id, std::chrono::seconds(2) + examiner.line_time(burst.size())).has_value();
    examiner.expect(answered, "of {} frames, {} bytes in one burst, not all are answered", ids.size(), burst.size());
  }
}

}  // namespace

std::vector<CheckRecord> frame_checks() {
  return {
      {{"crc-wrong", "frame.crc", "40 frames, each with a flipped bit of message or CRC; then Stats",
        "VLE_FW_DECODE_BAD_CRC: count it and go on; use vle_fw_decoder_feed as it is"},
       kSession,
       kNothing,
       crc_wrong},
      {{"code-broken", "frame.code", "frames that end within header or code; then Stats",
        "VLE_FW_DECODE_BAD_CODE: count it and go on"},
       kSession,
       kNothing,
       code_broken},
      {{"garbage", "frame.resync", "64 times garbage of 0 to 600 bytes, a 0x00, and a Heartbeat, in one write",
        "the decoder is right again from the next 0x00 on; do not reset it, nor empty the receiver's ring, on damage"},
       kSession,
       kNothing,
       resync},
      {{"delimiters", "frame.empty", "300 times 0x00", "the decoder skips them; every byte must pass through it"},
       kSession,
       kNothing,
       empty_frames},
      {{"pieces", "frame.pieces", "Heartbeats, many in one write, and byte by byte",
        "give vle_fw_receive whatever came, and what it did not take again after the next vle_fw_poll"},
       kSession,
       kNothing,
       pieces},
      {{"oversize", "frame.oversize", "messages of max_payload bytes, one more, two more, and twice as many",
        "VLE_FW_MAX_CHUNK and the sizes of link.options must be those of the build"},
       kSession,
       kNothing,
       oversize},
      {{"wire-version", "frame.wire-version", "Heartbeat in frames of wire versions 0, 2 and 255",
        "the header's first byte is looked at before anything else"},
       kSession,
       kNothing,
       wire_version},
      {{"foreign-kind", "frame.kind", "Heartbeat in frames of kinds 0, 2, 3, 4, 5 and 255",
        "answer kind 1 only: two boards on one line would answer each other for ever"},
       kSession,
       kNothing,
       foreign_kind},
      {{"header", "frame.header", "the headers of 20 answers",
        "frames leave in the order in which they are made, and nothing else may write to the transmitter"},
       kSession,
       kNothing,
       header_fields},
      {{"burst", "frame.window", "as many bytes as the credit of an idle board, in one burst",
        "rx_window of vle_fw_board is the size of the receiver's ring; receive_window says what is free of it"},
       kSession,
       kNothing,
       window},
  };
}

}  // namespace vle::conformance
