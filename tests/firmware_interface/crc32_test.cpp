#include <gmock/gmock.h>

#include "reference_frame.hpp"

extern "C" std::uint32_t small_crc32(std::uint32_t crc, const std::uint8_t* bytes, std::size_t count);
extern "C" std::uint32_t words_crc32(std::uint32_t crc, const std::uint8_t* bytes, std::size_t count);

namespace vle::firmware_interface {
namespace {

using Crc32 = std::uint32_t (*)(std::uint32_t, const std::uint8_t*, std::size_t);

class EveryCrc32 : public testing::TestWithParam<Crc32> {};

TEST_P(EveryCrc32, HasTheCheckValue) {
  const std::string digits = "123456789";
  EXPECT_EQ(GetParam()(0, reinterpret_cast<const std::uint8_t*>(digits.data()), digits.size()), 0xCBF43926U);
}

TEST_P(EveryCrc32, AgreesWithTheDefinitionAtEveryLengthAndSplit) {
  const Bytes bytes = pattern(300, 7);
  for (std::size_t count = 0; count <= bytes.size(); ++count) {
    const Bytes part(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    const std::uint32_t expected = reference_crc32(part);
    EXPECT_EQ(GetParam()(0, part.data(), count), expected) << count;
    const std::size_t split = count / 3;
    EXPECT_EQ(GetParam()(GetParam()(0, part.data(), split), part.data() + split, count - split), expected) << count;
  }
}

TEST_P(EveryCrc32, AgreesWithTheDefinitionOnEveryByte) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const Bytes bytes(9, static_cast<std::uint8_t>(byte));
    EXPECT_EQ(GetParam()(0, bytes.data(), bytes.size()), reference_crc32(bytes)) << byte;
  }
}

INSTANTIATE_TEST_SUITE_P(OfBoardsAndHosts, EveryCrc32, testing::Values(vle_fw_crc32, small_crc32, words_crc32));

}  // namespace
}  // namespace vle::firmware_interface
