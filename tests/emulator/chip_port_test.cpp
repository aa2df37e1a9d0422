#include <gtest/gtest.h>

#include <vle/emulator/chip_port.hpp>
#include <vle/io/files.hpp>

#include "networks.hpp"
#include "run_on_chip.hpp"
#include "source_path.hpp"
#include "targets.hpp"

namespace vle::emulator {
namespace {

constexpr std::uint64_t kChip = 7;

/// Scans the neurons of the recordings, one range a neuron.
std::vector<ScanRange> scan_of(const ParameterMap& map, const std::vector<Recording>& recordings) {
  std::vector<ScanRange> scan;
  for (const Recording& recording : recordings) {
    for (const PlacedPopulation& population : map.populations) {
      if (population.name != recording.population) continue;
      for (const Site site : population.sites) scan.push_back({recording.signal, site.core, site.column, 1});
    }
  }
  return scan;
}

/// A chip that was asked for one trial.
struct Played {
  std::vector<std::int16_t> codes;
  RunReport counters;
};

Played play(ChipPort& chip, const ChipRun& run, const StimulusCodes& stimulus, std::int64_t steps_at_once) {
  EXPECT_TRUE(chip.begin(run, stimulus).has_value());
  Played played;
  while (chip.is_running()) chip.advance(steps_at_once, std::size_t{1} << 30, played.codes);
  played.counters = chip.counters();
  return played;
}

class ChipPortTest : public testing::Test {
 protected:
  Network network = make_graph(graph_names().back());
  Stimulus stimulus = make_sines(network, 2, 40);
  std::shared_ptr<const ParameterMap> map = compile_for(network, coarse_target(), stimulus);
  std::vector<Recording> recordings{{network.populations[0].name, Signal::kR},
                                    {network.populations[1].name, Signal::kE}};
  ChipPort chip{coarse_target(), kChip, {}};
};

TEST_F(ChipPortTest, GivesTheCodesAndCountsOfTheBackend) {
  RunOptions options;
  options.seed = 5;
  options.settle_steps = 3;
  options.every = 4;
  options.recordings = recordings;
  options.first_trial = 1;
  Stimulus second = stimulus;
  second.batch = 1;
  second.inputs.erase(second.inputs.begin(),
                      second.inputs.begin() + static_cast<std::ptrdiff_t>(second.inputs.size() / 2));
  second.targets.erase(second.targets.begin(),
                       second.targets.begin() + static_cast<std::ptrdiff_t>(second.targets.size() / 2));
  const Traces traces = run_on_chip(map, kChip, {}, second, options);

  ASSERT_TRUE(chip.load(map->geometry, map->image).has_value());
  for (const std::int64_t steps_at_once : {1, 7, 1000}) {
    const Played played =
        play(chip, {3, 4, 5, 1, scan_of(*map, recordings)}, encode_stimulus(*map, stimulus, 1), steps_at_once);
    std::vector<std::int16_t> expected;
    for (std::int64_t sample = 0; sample < traces.signals[0].samples; ++sample) {
      for (const SignalTrace& trace : traces.signals) {
        for (std::int64_t i = 0; i < trace.neurons; ++i) {
          expected.push_back(
              static_cast<std::int16_t>(trace.codes[static_cast<std::size_t>(sample * trace.neurons + i)]));
        }
      }
    }
    EXPECT_EQ(played.codes, expected);
    EXPECT_EQ(played.counters.saturated, traces.report.saturated);
    EXPECT_EQ(played.counters.cycles, traces.report.cycles);
  }
}

TEST_F(ChipPortTest, StopsWhereThereIsNoRoom) {
  ASSERT_TRUE(chip.load(map->geometry, map->image).has_value());
  ASSERT_TRUE(chip.begin({0, 1, 5, 0, {{Signal::kR, 0, 0, 4}}}, encode_stimulus(*map, stimulus, 0)).has_value());
  std::vector<std::int16_t> samples;
  EXPECT_EQ(chip.advance(100, 10, samples), 3);
  EXPECT_EQ(samples.size(), 12U);
  EXPECT_EQ(chip.steps_done(), 3);
  EXPECT_TRUE(chip.is_running());
  chip.abort();
  EXPECT_FALSE(chip.is_running());
  EXPECT_EQ(chip.steps_done(), 3);
}

TEST_F(ChipPortTest, WrittenRegistersCountFromTheNextRunOn) {
  ASSERT_TRUE(chip.load(map->geometry, map->image).has_value());
  const ChipRun run{0, 1, 5, 0, scan_of(*map, recordings)};
  const StimulusCodes codes = encode_stimulus(*map, stimulus, 0);
  const Played before = play(chip, run, codes, 50);
  const std::uint16_t off = 0;
  ASSERT_TRUE(chip.write_registers(RegisterLayout::kCoresAddress, {&off, 1}).has_value());
  EXPECT_NE(play(chip, run, codes, 50).codes, before.codes);
  ASSERT_TRUE(chip.write_registers(RegisterLayout::kCoresAddress, {&map->image[2], 1}).has_value());
  EXPECT_EQ(play(chip, run, codes, 50).codes, before.codes);
}

TEST(ChipPort, ColumnsOutOfUseAreSilent) {
  const Target target = read_target(test::source_path("targets/bss2_like.textproto")).value();
  const Network network = make_graph("chain");
  const Stimulus stimulus = make_sines(network, 1, 40);
  const auto map = compile_for(network, target, stimulus);
  ChipPort chip(target, kChip, {});
  ASSERT_TRUE(chip.load(map->geometry, map->image).has_value());
  const Played played = play(chip, {0, 1, 5, 0, {{Signal::kR, 0, 100, 28}}}, encode_stimulus(*map, stimulus, 0), 50);
  EXPECT_EQ(played.codes, std::vector<std::int16_t>(40 * 28, 0));
}

TEST_F(ChipPortTest, RefusesWhatItCannotHold) {
  const StimulusCodes codes = encode_stimulus(*map, stimulus, 0);
  EXPECT_FALSE(chip.begin({}, codes).has_value()) << "nothing loaded";
  Geometry huge = map->geometry;
  huge.rows = huge.columns = 0xFFFF;
  EXPECT_FALSE(chip.load(huge, map->image).has_value());
  huge.cores = -1;
  EXPECT_FALSE(chip.load(huge, map->image).has_value());
  EXPECT_FALSE(chip.load(map->geometry, std::vector<std::uint16_t>{1, 2, 3}).has_value());
  ASSERT_TRUE(chip.load(map->geometry, map->image).has_value());
  EXPECT_FALSE(chip.begin({0, 1, 0, 0, {{Signal::kR, 0, 4, 0xFFFFFFFF}}}, codes).has_value());
  EXPECT_FALSE(chip.begin({0, 1, 0, 0, {{Signal::kR, 99, 0, 1}}}, codes).has_value());
  EXPECT_FALSE(chip.begin({0, 0, 0, 0, {}}, codes).has_value());
  StimulusCodes torn = codes;
  torn.inputs.pop_back();
  EXPECT_FALSE(chip.begin({}, torn).has_value());
}

TEST_F(ChipPortTest, ExchangesImagesAndKeepsWhatItHasWhereOneIsRefused) {
  std::vector<std::uint16_t> image(map->image.begin(), map->image.end());
  const std::vector<std::uint16_t> first = image;
  ASSERT_TRUE(chip.exchange(map->geometry, image).has_value());
  EXPECT_TRUE(std::ranges::equal(chip.registers(), first));
  EXPECT_TRUE(image.empty()) << "no registers before";
  std::vector<std::uint16_t> second = first;
  second.back() ^= 1;
  image = second;
  ASSERT_TRUE(chip.exchange(map->geometry, image).has_value());
  EXPECT_TRUE(std::ranges::equal(chip.registers(), second));
  EXPECT_EQ(image, first);
  image.pop_back();
  EXPECT_FALSE(chip.exchange(map->geometry, image).has_value());
  EXPECT_EQ(image.size(), first.size() - 1);
  EXPECT_TRUE(std::ranges::equal(chip.registers(), second));
}

// A board is programmed by strangers: any words in the image and any stimulus shape must stay within its memory.
TEST_F(ChipPortTest, RunsOnAnyRegisters) {
  std::vector<std::uint16_t> image = map->image;
  std::uint32_t state = 1;
  for (int round = 0; round < 20; ++round) {
    for (std::size_t i = RegisterLayout::kCoresAddress; i < image.size(); ++i) {
      state = state * 1664525 + 1013904223;
      image[i] = static_cast<std::uint16_t>(state >> 16);
    }
    ASSERT_TRUE(chip.load(map->geometry, image).has_value());
    StimulusCodes codes;
    codes.steps = 2;
    EXPECT_EQ(play(chip, {1, 1, 0, 0, {{Signal::kU, 0, 0, 8}}}, codes, 9).codes.size(), 16U);
  }
}

}  // namespace
}  // namespace vle::emulator
