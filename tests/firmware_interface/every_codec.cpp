#include "every_codec.hpp"

extern "C" decltype(vle_fw_frame_encode) small_frame_encode;
extern "C" decltype(vle_fw_decoder_init) small_decoder_init;
extern "C" decltype(vle_fw_decoder_feed) small_decoder_feed;
extern "C" decltype(vle_fw_frame_encode) words_frame_encode;
extern "C" decltype(vle_fw_decoder_init) words_decoder_init;
extern "C" decltype(vle_fw_decoder_feed) words_decoder_feed;

namespace vle::firmware_interface {

std::vector<Codec> every_codec() {
  return {{"board", small_frame_encode, small_decoder_init, small_decoder_feed},
          {"words", words_frame_encode, words_decoder_init, words_decoder_feed},
          {"host", vle_fw_frame_encode, vle_fw_decoder_init, vle_fw_decoder_feed}};
}

}  // namespace vle::firmware_interface
