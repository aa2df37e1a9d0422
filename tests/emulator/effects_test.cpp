#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vle/emulator/effects.hpp>

#include "files.hpp"
#include "networks.hpp"
#include "run_on_chip.hpp"
#include "source_path.hpp"
#include "targets.hpp"

namespace vle::emulator {
namespace {

TEST(ParseEffects, KnowsAllNoneAndLists) {
  EXPECT_EQ(parse_effects("all").value(), Effects{});
  EXPECT_EQ(parse_effects("none").value(), Effects::none());
  const Effects some = parse_effects("noise,mismatch").value();
  for (const EffectRecord& record : kEffectRecords) {
    const bool is_on = record.group == EffectGroup::kNoise || record.group == EffectGroup::kMismatch;
    EXPECT_EQ(some.has(record.effect), is_on) << record.name;
  }
}

TEST(ParseEffects, LeavesOut) {
  const Effects some = parse_effects("mismatch,droop,-tau,-drift").value();
  EXPECT_TRUE(some.has(Effect::kSynapse));
  EXPECT_FALSE(some.has(Effect::kTau) || some.has(Effect::kDroop));
  EXPECT_EQ(parse_effects("all,-droop").value(), Effects{}.without(Effects::only(Effect::kDroop)));
}

TEST(ParseEffects, NamesTheWordItDoesNotKnow) {
  for (const char* text : {"", "noises", "noise,", "noise,,mismatch", "all,noise", "-noise", "none,noise", "-"}) {
    const Result<Effects> effects = parse_effects(text);
    ASSERT_FALSE(effects) << text;
    EXPECT_NE(effects.error().message.find("mismatch, noise, amplifiers, drift, converters, crossing, defects"),
              std::string::npos);
  }
}

TEST(EffectRecords, StandInTheOrderOfTheEnumWithNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kEffects; ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kEffectRecords[i].effect), i);
    EXPECT_TRUE(names.insert(kEffectRecords[i].name).second) << kEffectRecords[i].name;
    EXPECT_EQ(parse_effects(kEffectRecords[i].name).value(), Effects::only(kEffectRecords[i].effect));
  }
  for (const EffectGroupRecord& group : kEffectGroups) {
    EXPECT_EQ(parse_effects(group.name).value(), Effects::only(group.group)) << group.name;
  }
}

/// A chip with a figure for every effect.
Target every_flaw() {
  Target target = flawed_target(4);
  target.rate_circuits.slope.sigma = 0.1;
  target.rate_circuits.amplitude = {Deviation::Distribution::kLogNormal, 0.1};
  target.hash = hash_of(target);
  return target;
}

/// The same chip without the figure that gives an effect its strength.
Target without_figure(Target target, Effect effect) {
  for (const ParameterRecord& record : kParameterRecords) {
    if (effect_of(record.kind) == effect) target.mismatch[static_cast<std::size_t>(record.kind)].sigma = 0;
  }
  Offsets& offsets = target.offsets;
  switch (effect) {
    case Effect::kPhi:
      target.rate_circuits = {};
      break;
    case Effect::kOffset:
      offsets.s.sigma = offsets.r.sigma = offsets.epsilon.sigma = offsets.e.sigma = 0;
      break;
    case Effect::kAdcOffset:
      offsets.adc.sigma = 0;
      break;
    case Effect::kAdcNoise:
      target.noise.adc_sigma_lsb = 0;
      break;
    case Effect::kSaturation:
      target.ota_range = 0;
      break;
    case Effect::kLeadBandwidth:
      target.lead_bandwidth = {};
      break;
    case Effect::kLeakage:
      target.drift.leakage_amperes = 0;
      break;
    case Effect::kDroop:
      target.drift.droop_per_second = 0;
      break;
    case Effect::kDac:
      target.input_dac.errors = {};
      for (Dac& dac : target.dacs) dac.unit_sigma = 0;
      break;
    case Effect::kAdc:
      target.readout_adc.errors.unit_sigma = 0;
      break;
    case Effect::kSkew:
      target.readout_adc.errors.skew_seconds = 0;
      break;
    case Effect::kDeadNeurons:
      target.defects.dead_neuron = 0;
      break;
    case Effect::kStuckBits:
      target.defects.stuck_bit = 0;
      break;
    default:
      break;
  }
  target.hash = hash_of(target);
  return target;
}

bool same_codes(const Traces& a, const Traces& b) {
  for (std::size_t k = 0; k < a.signals.size(); ++k) {
    if (a.signals[k].codes != b.signals[k].codes) return false;
  }
  return true;
}

class EachEffect : public testing::TestWithParam<EffectRecord> {
 protected:
  /// A map of every_flaw() on a chip that lacks a figure.
  Traces run(const Target& target, Effects effects, double kelvin) const {
    auto map = std::make_shared<ParameterMap>(*map_);
    map->target = target;
    RunOptions options;
    options.recordings = record_all(network_);
    return run_on_chip(std::move(map), 3, effects, stimulus_, options, kelvin);
  }

  Network network_ = make_graph("layered");
  Stimulus stimulus_ = make_sines(network_, 2, 40);
  std::shared_ptr<const ParameterMap> map_ = compile_for(network_, every_flaw(), stimulus_);
};
INSTANTIATE_TEST_SUITE_P(Table, EachEffect, testing::ValuesIn(kEffectRecords),
                         [](const auto& tested) { return std::string(tested.param.name); });

// Off means: the same bytes as a chip that was described without it. So no other draw moves.
TEST_P(EachEffect, SwitchedOffIsAChipWithoutItsFigure) {
  const Effect effect = GetParam().effect;
  const Target target = every_flaw();
  const Effects others = Effects{}.without(Effects::only(effect));
  const Traces off = run(target, others, 320);
  EXPECT_FALSE(same_codes(off, run(target, Effects{}, 320))) << "it changes nothing";
  if (effect == Effect::kTemperature) {
    EXPECT_TRUE(same_codes(off, run(target, Effects{}, 0)));
  }
  const bool has_no_figure_of_its_own = effect == Effect::kTemperature || effect == Effect::kCrossing ||
                                        effect == Effect::kMembraneNoise || effect == Effect::kErrorNoise;
  if (!has_no_figure_of_its_own) {
    EXPECT_TRUE(same_codes(off, run(without_figure(target, effect), Effects{}, 320)));
  }
}

TEST_P(EachEffect, ShowsAlone) {
  const Traces none = run(every_flaw(), Effects::none(), 320);
  EXPECT_FALSE(same_codes(none, run(every_flaw(), Effects::only(GetParam().effect), 320)));
}

TEST_P(EachEffect, CountsAsThereWhereItHasAFigure) {
  const Effect effect = GetParam().effect;
  EXPECT_TRUE(effects_of(every_flaw()).has(effect));
  EXPECT_FALSE(effects_of(fine_target()).with(Effects::named("noise")).without(Effects::named("noise")).has(effect));
}

TEST_P(EachEffect, HasARowInTheDocumentation) {
  const EffectRecord& record = GetParam();
  const std::string_view group = kEffectGroups[static_cast<std::size_t>(record.group)].name;
  const std::string row =
      fmt::format("| `{}` | `{}` | {} | `{}`, {} |", group, record.name, record.help, record.field, record.unit);
  EXPECT_THAT(test::read_file(test::source_path("docs/emulator.md")), testing::HasSubstr(row));
}

}  // namespace
}  // namespace vle::emulator
