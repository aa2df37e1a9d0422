#include <gmock/gmock.h>

#include <cmath>
#include <vle/compile/compile.hpp>
#include <vle/emulator/emulator.hpp>
#include <vle/io/files.hpp>
#include <vle/training/learn_on_chip.hpp>

#include "small_networks.hpp"

namespace vle::training {
namespace {

using testing::HasSubstr;

/// Two trials of sines, and as target a saturating function of them.
Stimulus make_lesson() {
  Stimulus lesson{2, 300, 1, 1, {}, {}};
  for (std::int64_t k = 0; k < 600; ++k) {
    const auto time = static_cast<double>(k % 300);
    const double x = 0.5 * std::sin(0.03 * time + static_cast<double>(k / 300)) + 0.4 * std::sin(0.07 * time);
    lesson.inputs.push_back(x);
    lesson.targets.push_back(0.5 * std::tanh(2 * x) + 0.1);
  }
  return lesson;
}

Network student() {
  Network network = small_network(0.1, 0.1);
  network.plasticity = {};
  network.plasticity.eta_weights = 1;
  network.plasticity.eta_bias = 0.5;
  return network;
}

std::shared_ptr<const ParameterMap> compiled(const char* target_name, const Network& network) {
  const auto target = read_target(target_name);
  EXPECT_TRUE(target);
  const auto ranges = profile_ranges(network, make_lesson());
  EXPECT_TRUE(ranges);
  CompileOptions options;
  options.weight_headroom = 2;
  auto map = compile(network, *target, *ranges, options);
  EXPECT_TRUE(map) << map.error().message;
  return std::make_shared<const ParameterMap>(std::move(*map));
}

TEST(LearnOnChip, AShippedChipLearnsByItselfWithEveryEffectOn) {
  const auto map = compiled("bss2_like", student());
  ASSERT_GT(map->learning.period, 0);
  const auto chip = emulator::make_emulator_backend(map->target, 3, {});
  LearnOnChipOptions options;
  options.epochs = 12;
  options.every = 10;
  const auto learned = learn_on_chip(map, *chip, make_lesson(), options);
  ASSERT_TRUE(learned) << learned.error().message;
  ASSERT_EQ(learned->losses.size(), 12u);
  EXPECT_LT(learned->losses.back(), 0.2 * learned->losses.front()) << learned->losses.front();
  EXPECT_NE(learned->map.image, map->image);
  EXPECT_TRUE(recover_network(learned->map));
}

TEST(LearnOnChip, SaysWhyNothingLearns) {
  const auto map = compiled("bench_board", student());
  const auto board = emulator::make_emulator_backend(map->target, 3, {});
  const auto learned = learn_on_chip(map, *board, make_lesson(), {});
  ASSERT_FALSE(learned);
  EXPECT_EQ(learned.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(learned.error().message, HasSubstr("does not learn"));
  Stimulus without = make_lesson();
  without.targets.clear();
  EXPECT_FALSE(learn_on_chip(map, *board, without, {}));
}

TEST(LearnOnChip, AStopKeepsWhatWasLearned) {
  const auto map = compiled("ideal", student());
  const auto chip = emulator::make_emulator_backend(map->target, 3, {});
  std::stop_source source;
  LearnOnChipOptions options;
  options.epochs = 5;
  options.stop = source.get_token();
  options.progress = [&](std::int64_t done, std::int64_t, double) {
    if (done == 4) source.request_stop();
  };
  const auto learned = learn_on_chip(map, *chip, make_lesson(), options);
  ASSERT_TRUE(learned) << learned.error().message;
  EXPECT_TRUE(learned->interrupted);
  EXPECT_EQ(learned->losses.size(), 2u);
  EXPECT_NE(learned->map.image, map->image);
}

}  // namespace
}  // namespace vle::training
