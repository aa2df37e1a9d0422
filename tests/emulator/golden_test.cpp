#include <gtest/gtest.h>

#include <vle/backend/stimulus_codes.hpp>
#include <vle/digest/digest.hpp>
#include <vle/emulator/chip_port.hpp>

#include "allocation_count.hpp"
#include "networks.hpp"
#include "run_on_chip.hpp"
#include "targets.hpp"

namespace vle {
namespace {

using emulator::Effects;

/// Every effect and every kind of deviation.
Target everything() {
  Target target = flawed_target(4);
  target.offsets.s.kind = Deviation::Kind::kTemporal;
  target.offsets.e.kind = Deviation::Kind::kPerRun;
  target.mismatch[static_cast<std::size_t>(ParameterKind::kTauV)].kind = Deviation::Kind::kPerRun;
  target.hash = hash_of(target);
  return target;
}

struct Study {
  Network network = make_graph("layered");
  Stimulus stimulus = make_sines(network, 4, 60);
  std::shared_ptr<const ParameterMap> map = compile_for(network, everything(), stimulus);

  Traces run(int threads) const {
    RunOptions options;
    options.recordings = record_all(network);
    options.threads = threads;
    options.seed = 5;
    return run_on_chip(map, 3, Effects{}, stimulus, options, 315);
  }
};

std::string digest_of(const Traces& traces) {
  Digest digest;
  for (const SignalTrace& trace : traces.signals) {
    for (const std::int32_t code : trace.codes) digest.add(code);
  }
  return digest.hex();
}

// What chip 3 gives in this study, whatever compiler built the test and whatever the machine. A change of the emulated
// chip changes it, and only that.
TEST(Golden, EveryEffectGivesTheSameBytesWithEveryCompiler) {
  const Study study;
  EXPECT_EQ(digest_of(study.run(1)), "c468c470df06f1f6642ff7f1424067e5186d8f121f8c7555dc2b1d4b2593ea6a");
  EXPECT_EQ(digest_of(study.run(3)), digest_of(study.run(1)));
}

TEST(Golden, ATrialWithEveryEffectIsTheSameAloneAndInABatch) {
  const Study study;
  const Traces batch = study.run(2);
  Stimulus alone = study.stimulus;
  alone.batch = 1;
  const auto part = [](std::vector<double>& values) {
    const auto quarter = static_cast<std::ptrdiff_t>(values.size() / 4);
    values = {values.begin() + 2 * quarter, values.begin() + 3 * quarter};
  };
  part(alone.inputs);
  part(alone.targets);
  RunOptions options;
  options.recordings = record_all(study.network);
  options.seed = 5;
  options.first_trial = 2;
  const Traces one = run_on_chip(study.map, 3, Effects{}, alone, options, 315);
  for (std::size_t k = 0; k < one.signals.size(); ++k) {
    const auto size = static_cast<std::ptrdiff_t>(one.signals[k].codes.size());
    const auto begin = batch.signals[k].codes.begin() + 2 * size;
    EXPECT_EQ(one.signals[k].codes, std::vector<std::int32_t>(begin, begin + size));
  }
}

TEST(ChipStep, AllocatesNothingWithEveryEffect) {
  const Study study;
  emulator::ChipPort port(everything(), 3, Effects{}, 315);
  ASSERT_TRUE(port.load(study.map->geometry, study.map->image));
  emulator::ChipRun run;
  for (const Signal signal : {Signal::kR, Signal::kE}) run.scan.push_back({signal, 0, 0, 4});
  const StimulusCodes codes = encode_stimulus(*study.map, study.stimulus, 0);
  ASSERT_TRUE(port.begin(run, codes));
  std::vector<std::int16_t> samples;
  samples.reserve(1000);
  port.advance(5, 1000, samples);
  const long before = allocation_count();
  port.advance(20, 1000, samples);
  EXPECT_EQ(allocation_count(), before);
  EXPECT_EQ(samples.size(), 25 * port.codes_per_sample());
}

}  // namespace
}  // namespace vle
