#include "hello_watch.hpp"

#include <pb_decode.h>

namespace vle::board {
namespace {

constexpr std::size_t kLongestHello = 256;  // what is longer is not one

}  // namespace

HelloWatch::HelloWatch()
    : buffer_(VLE_FW_FRAME_CONTENT(kLongestHello)), request_(std::make_unique<vle_v1_LinkRequest>()) {
  vle_fw_decoder_init(&decoder_, buffer_.data(), buffer_.size());
}

HelloWatch::Seen HelloWatch::feed(std::span<const std::uint8_t> bytes) {
  Seen seen;
  vle_fw_frame frame{};
  const vle_fw_decode_result result = vle_fw_decoder_feed(&decoder_, bytes.data(), bytes.size(), &seen.taken, &frame);
  seen.frame_ended = result != VLE_FW_DECODE_MORE;
  if (result != VLE_FW_DECODE_FRAME || frame.header.kind != VLE_FW_KIND_REQUEST || frame.header.session != 0) {
    return seen;
  }
  pb_istream_t stream = pb_istream_from_buffer(frame.payload, frame.count);
  *request_ = vle_v1_LinkRequest_init_zero;
  if (pb_decode(&stream, vle_v1_LinkRequest_fields, request_.get()) &&
      request_->which_body == vle_v1_LinkRequest_hello_tag && request_->body.hello.client_nonce != 0) {
    seen.nonce = request_->body.hello.client_nonce;
  }
  return seen;
}

}  // namespace vle::board
