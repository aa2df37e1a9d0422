#include "recording_list.hpp"

#include <gmock/gmock.h>

namespace vle::app {
namespace {

using testing::HasSubstr;

TEST(RecordingList, TakesTheSignalBehindTheLastDot) {
  const auto list = parse_recordings("hidden.u,a.b.epsilon");
  ASSERT_TRUE(list.has_value());
  ASSERT_EQ(list->size(), 2U);
  EXPECT_EQ((*list)[0].population, "hidden");
  EXPECT_EQ((*list)[0].signal, Signal::kU);
  EXPECT_EQ((*list)[1].population, "a.b");
  EXPECT_EQ((*list)[1].signal, Signal::kEpsilon);
}

TEST(RecordingList, MistakesNameTheEntryAndTheSignals) {
  for (const char* list : {"hidden", "hidden.u,", "hidden.x", ".u", "", ",hidden.u"}) {
    const auto parsed = parse_recordings(list);
    ASSERT_FALSE(parsed.has_value()) << list;
    EXPECT_THAT(parsed.error().message, HasSubstr("u, v, r, epsilon, e, s"));
  }
}

}  // namespace
}  // namespace vle::app
