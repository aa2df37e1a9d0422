#include <gmock/gmock.h>
#include <openssl/sha.h>

#include "test_client.hpp"

namespace vle::firmware_interface {
namespace {

std::string hex_of(const std::string& text) {
  std::string hex;
  for (const std::uint8_t byte : sha256_of(Bytes(text.begin(), text.end()))) {
    const char digits[] = "0123456789abcdef";
    hex += {digits[byte >> 4], digits[byte & 15]};
  }
  return hex;
}

TEST(Sha256, HasTheVectorsOfTheStandard) {
  EXPECT_EQ(hex_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex_of(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, AgreesWithOpenSslAtEveryLengthAndSplit) {
  const Bytes bytes = pattern(200, 7);
  for (std::size_t count = 0; count <= bytes.size(); ++count) {
    Bytes expected(32);
    SHA256(bytes.data(), count, expected.data());
    for (std::size_t split = 0; split <= count; split += 13) {
      vle_fw_sha256 sha256;
      vle_fw_sha256_begin(&sha256);
      vle_fw_sha256_add(&sha256, bytes.data(), split);
      vle_fw_sha256_add(&sha256, bytes.data() + split, count - split);
      Bytes hash(32);
      vle_fw_sha256_end(&sha256, hash.data());
      ASSERT_EQ(hash, expected) << count << ", split at " << split;
    }
  }
}

}  // namespace
}  // namespace vle::firmware_interface
