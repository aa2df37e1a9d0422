#include <gmock/gmock.h>

#include <functional>
#include <limits>

#include "targets.hpp"

namespace vle {
namespace {

using testing::HasSubstr;

std::string first_message(const std::function<void(Target&)>& spoil) {
  Target target = coarse_target();
  spoil(target);
  const Diagnostics found = check_target(target);
  return found.empty() ? "" : found.front().path + ": " + found.front().message;
}

Dac& dac(Target& target, ParameterKind kind) {
  return target.dacs[static_cast<std::size_t>(kind)];
}

TEST(CheckTarget, AcceptsWholeTargets) {
  EXPECT_TRUE(check_target(coarse_target()).empty());
  EXPECT_TRUE(check_target(fine_target()).empty());
  EXPECT_TRUE(check_target(learning_target()).empty());
}

TEST(CheckTarget, NamesWhatAPlasticityEngineCannotBe) {
  const auto message = [](const std::function<void(Target&)>& spoil) {
    return first_message([&](Target& target) {
      target = learning_target();
      spoil(target);
    });
  };
  EXPECT_THAT(message([](Target& t) { t.plasticity->accumulator_bits = 40; }), HasSubstr("accumulator_bits = 40"));
  EXPECT_THAT(message([](Target& t) { t.plasticity->fraction_bits = 18; }), HasSubstr("codes up to 31, but weight"));
  EXPECT_THAT(message([](Target& t) { t.plasticity->multiplier_bits = 9; }), HasSubstr("multiplier_bits = 9"));
  EXPECT_THAT(message([](Target& t) { t.plasticity->update_clocks = 0; }), HasSubstr("update_clocks = 0"));
  EXPECT_THAT(message([](Target& t) { t.readout_adc.bits = 20; }), HasSubstr("has 20"));
}

TEST(CheckTarget, NamesWhatContradicts) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(first_message([](Target& t) { t.name.clear(); }), HasSubstr("name"));
  EXPECT_THAT(first_message([](Target& t) { t.rows = 0; }), HasSubstr("rows = 0 and columns = 8"));
  EXPECT_THAT(first_message([](Target& t) { t.rows = 31; }), HasSubstr("must be even"));
  EXPECT_THAT(first_message([](Target& t) { t.max_speed_up = 5; }), HasSubstr("speed-up from 10 to 5"));
  EXPECT_THAT(first_message([&](Target& t) { t.clock_period = {nan}; }), HasSubstr("clock_period_seconds"));
  EXPECT_THAT(first_message([](Target& t) { t.shapes.clear(); }), HasSubstr("shape"));
  EXPECT_THAT(first_message([](Target& t) { t.shapes.push_back(t.shapes[0]); }), HasSubstr("twice"));
  EXPECT_THAT(first_message([](Target& t) { dac(t, ParameterKind::kTauU).range_factors.assign(100, 1.0); }),
              HasSubstr("register holds"));
  EXPECT_THAT(first_message([](Target& t) { dac(t, ParameterKind::kTauU).offset = -1; }), HasSubstr("has no limit"));
  EXPECT_THAT(first_message([](Target& t) { dac(t, ParameterKind::kBias).max_code = 300; }), HasSubstr("not within"));
  EXPECT_THAT(first_message([](Target& t) { dac(t, ParameterKind::kWeight).format.is_signed = true; }),
              HasSubstr("weight"));
  EXPECT_THAT(first_message([](Target& t) { t.offsets.e.sigma = -1; }), HasSubstr("offsets"));
  EXPECT_THAT(first_message([](Target& t) { t.costs.bus_joules = -1; }), HasSubstr("costs"));
}

TEST(HashOf, ChangesWithEveryKindOfFigure) {
  const std::string hash = coarse_target().hash;
  EXPECT_EQ(hash.size(), 64u);
  Target target = coarse_target();
  target.mismatch[3].sigma += 1e-9;
  EXPECT_NE(hash_of(target), hash);
  target = coarse_target();
  target.dacs[5].range_factors.push_back(2);
  EXPECT_NE(hash_of(target), hash);
  using Change = void (*)(Target&);
  for (const Change change : std::initializer_list<Change>{
           [](Target& t) { t.lead_bandwidth = {1}; }, [](Target& t) { t.dacs[5].unit_sigma = 0.1; },
           [](Target& t) { t.input_dac.errors.unit_sigma = 0.1; },
           [](Target& t) { t.readout_adc.errors.shared = true; },
           [](Target& t) { t.readout_adc.errors.inl_lsb = {0.5}; }, [](Target& t) { t.drift.leakage_amperes = 1; },
           [](Target& t) { t.drift.droop.sigma = 0.1; }, [](Target& t) { t.drift.offset.sigma = 0.1; },
           [](Target& t) { t.defects.stuck_bit = 0.1; }, [](Target& t) { t.offsets.e.kind = Deviation::Kind::kPerRun; },
           [](Target& t) { t.mismatch[3].scaling = Deviation::Scaling::kAdditive; }}) {
    target = coarse_target();
    change(target);
    EXPECT_NE(hash_of(target), hash);
  }
  target = coarse_target();
  target.summary = "another sentence";
  EXPECT_EQ(hash_of(target), hash);
}

}  // namespace
}  // namespace vle
