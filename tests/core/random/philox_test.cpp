#include <gmock/gmock.h>

#include <vle/random/philox.hpp>

namespace vle {
namespace {

// Known answers of Random123 1.14 (kat_vectors, philox4x32 with 10 rounds).
TEST(Philox, GivesTheKnownAnswers) {
  EXPECT_THAT(philox({0, 0}, {0, 0, 0, 0}), testing::ElementsAre(0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u));
  EXPECT_THAT(philox({0xffffffffu, 0xffffffffu}, {0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu}),
              testing::ElementsAre(0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu));
}

TEST(Philox, KeysSplitSeedsLowWordFirst) {
  EXPECT_THAT(philox_key(0x0123456789abcdefu), testing::ElementsAre(0x89abcdefu, 0x01234567u));
}

}  // namespace
}  // namespace vle
