#include "backend_uri.hpp"

#include <gmock/gmock.h>

namespace vle::app {
namespace {

using testing::HasSubstr;

std::string message_of(std::string_view uri) {
  const auto parsed = parse_backend_uri(uri);
  EXPECT_FALSE(parsed.has_value()) << uri;
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidInput);
  return parsed.error().message;
}

TEST(BackendUri, Reference) {
  const auto plain = parse_backend_uri("reference:");
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(std::get<ReferenceUri>(*plain).substeps, 0);
  const auto twin = parse_backend_uri("reference:?substeps=12");
  ASSERT_TRUE(twin.has_value());
  EXPECT_EQ(std::get<ReferenceUri>(*twin).substeps, 12);
}

TEST(BackendUri, Emulator) {
  const auto parsed =
      parse_backend_uri("emulator:targets/my.textproto?chip=18446744073709551615&effects=mismatch,noise");
  ASSERT_TRUE(parsed.has_value());
  const auto& chip = std::get<EmulatorUri>(*parsed);
  EXPECT_EQ(chip.target, "targets/my.textproto");
  EXPECT_EQ(chip.chip, UINT64_MAX);
  EXPECT_EQ(chip.effects, emulator::Effects::named("noise,mismatch"));
}

TEST(BackendUri, EmulatorHasEveryEffectUnlessToldOtherwise) {
  const auto parsed = parse_backend_uri("emulator:bss2_like");
  ASSERT_TRUE(parsed.has_value());
  const auto& chip = std::get<EmulatorUri>(*parsed);
  EXPECT_EQ(chip.target, "bss2_like");
  EXPECT_EQ(chip.chip, 0U);
  EXPECT_EQ(chip.effects, emulator::Effects{});
}

TEST(BackendUri, MistakesSayWhatIsKnown) {
  EXPECT_THAT(message_of("bss2_like"), HasSubstr("no scheme"));
  EXPECT_THAT(message_of(""), HasSubstr("no scheme"));
  EXPECT_THAT(message_of("tpc://host:1"), AllOf(HasSubstr("\"tpc\""), HasSubstr("reference:"), HasSubstr("emulator:")));
  EXPECT_THAT(message_of("reference:bss2_like"), HasSubstr("no target"));
  EXPECT_THAT(message_of("reference:?substeps=0"), HasSubstr("substeps is \"0\""));
  EXPECT_THAT(message_of("reference:?chip=1"), HasSubstr("known: substeps"));
  EXPECT_THAT(message_of("emulator:t?chip=-1"), HasSubstr("chip is \"-1\""));
  EXPECT_THAT(message_of("emulator:t?chip"), HasSubstr("key=value"));
  EXPECT_THAT(message_of("emulator:t?chip=1&chip=2"), HasSubstr("twice"));
  EXPECT_THAT(message_of("emulator:t?seed=1"), HasSubstr("known: chip, effects, temperature"));
  EXPECT_THAT(message_of("emulator:t?effects=magic"), HasSubstr("magic"));
}

}  // namespace
}  // namespace vle::app
