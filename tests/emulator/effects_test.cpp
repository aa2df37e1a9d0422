#include <gtest/gtest.h>

#include <vle/emulator/emulator.hpp>

namespace vle::emulator {
namespace {

TEST(ParseEffects, KnowsAllNoneAndLists) {
  EXPECT_EQ(parse_effects("all").value(), Effects{});
  EXPECT_EQ(parse_effects("none").value(), Effects::none());
  const Effects some = parse_effects("noise,mismatch").value();
  EXPECT_TRUE(some.noise && some.mismatch);
  EXPECT_FALSE(some.saturation || some.crossing);
}

TEST(ParseEffects, NamesTheWordItDoesNotKnow) {
  for (const char* text : {"", "noises", "noise,", "noise,,mismatch", "all,noise"}) {
    const Result<Effects> effects = parse_effects(text);
    ASSERT_FALSE(effects) << text;
    EXPECT_NE(effects.error().message.find("mismatch, noise, saturation, crossing"), std::string::npos);
  }
}

}  // namespace
}  // namespace vle::emulator
