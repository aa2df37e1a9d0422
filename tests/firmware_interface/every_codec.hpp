#pragma once

#include <gtest/gtest.h>
#include <vle/firmware/frame.h>

#include <string>
#include <vector>

namespace vle::firmware_interface {

/// The frame codec as boards have it, small; as machines without the vectors of this one have it; and as this one does.
struct Codec {
  const char* name;
  decltype(&vle_fw_frame_encode) encode;
  decltype(&vle_fw_decoder_init) init;
  decltype(&vle_fw_decoder_feed) feed;
};
std::vector<Codec> every_codec();

inline std::string name_of(const testing::TestParamInfo<Codec>& codec) {
  return codec.param.name;
}

}  // namespace vle::firmware_interface
