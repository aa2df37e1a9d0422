#include <gtest/gtest.h>

#include "campaign.hpp"
#include "desk_board.hpp"
#include "faulty_medium.hpp"
#include "subject.hpp"

namespace vle::qemu {
namespace {

const link::test::Scenario& scenario() {
  static const link::test::Scenario shared(link::test::subject_map(), 7, link::test::subject_stimulus(1, 100), {});
  return shared;
}

// The clock is the wall's here, so that only the host's own limits say what is in time.
TEST(FirmwareFaultCampaign, EndsWithTheRightResultOrTheCause) {
  DeskBoard board(coarse_target());
  std::size_t right = 0;
  std::size_t played = 0;
  for (std::uint32_t seed = 0; seed < link::test::script_count(8); ++seed) {
    SCOPED_TRACE("script " + std::to_string(seed));
    auto medium = std::make_unique<link::test::FaultyMedium>(link::make_medium(board.uri()).value(),
                                                             link::test::draw_script(seed));
    const Result<> result = link::test::play(scenario(), std::move(medium), 100 + seed);
    if (!result) {
      EXPECT_EQ(result.error().code, ErrorCode::kDevice) << result.error().message;
      if (link::test::tells_how_scripts_end()) std::printf("script %u: %s\n", seed, result.error().message.c_str());
    }
    right += result ? 1 : 0;
    ++played;
  }
  std::printf("%zu of %zu scripts ended with the right result, the others with an error\n", right, played);
  EXPECT_GE(2 * right, played);
}

}  // namespace
}  // namespace vle::qemu
