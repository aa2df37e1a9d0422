#include "imperfections/drift.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "neuron_constants.hpp"
#include "targets.hpp"

namespace vle::emulator {
namespace {

constexpr std::uint32_t kColumns = 20000;

struct Spread {
  double mean = 0;
  double deviation = 0;
};

template <class Draw>
Spread moments_of(const Draw& draw) {
  Spread moments;
  std::vector<double> values;
  for (std::uint32_t column = 0; column < kColumns; ++column) values.push_back(draw(column));
  for (const double value : values) moments.mean += value / kColumns;
  for (const double value : values) {
    moments.deviation += (value - moments.mean) * (value - moments.mean) / kColumns;
  }
  moments.deviation = std::sqrt(moments.deviation);
  return moments;
}

Silicon at(const Target& target, double kelvin, const char* effects = "all") {
  return silicon_of(target, Effects::named(effects), 4, 0, kelvin);
}

// Bounds are 5 standard errors.
TEST(Leakage, IsACurrentOverACapacitorAndDoublesWithTemperature) {
  const Target target = flawed_target();
  const double nominal = target.drift.leakage_amperes / (target.noise.capacitance_farads * target.full_scale.value);
  const auto logarithms = [&](double kelvin) {
    return moments_of([&](std::uint32_t i) {
      return std::log(leakage_rate(at(target, kelvin), Compartment::kRepresentation, i) / nominal);
    });
  };
  EXPECT_NEAR(logarithms(300).mean, 0, 5 * 0.5 / std::sqrt(kColumns));
  EXPECT_NEAR(logarithms(300).deviation / 0.5, 1, 5 / std::sqrt(2.0 * kColumns));
  EXPECT_NEAR(logarithms(320).mean - logarithms(300).mean, 2 * std::log(2.0), 1e-9);
  EXPECT_NE(leakage_rate(at(target, 300), Compartment::kRepresentation, 1),
            leakage_rate(at(target, 300), Compartment::kError, 1));
  EXPECT_EQ(leakage_rate(at(target, 300, "all,-leakage"), Compartment::kError, 1), 0);
  EXPECT_EQ(leakage_rate(at(target, 320, "all,-temperature"), Compartment::kError, 1),
            leakage_rate(at(target, 300), Compartment::kError, 1));
}

TEST(Temperature, CoefficientsAreThoseOfTheTarget) {
  const Target target = flawed_target();
  const auto factors = [&](ParameterKind kind) {
    return moments_of([&](std::uint32_t i) { return temperature_factor(at(target, 310), kind, i); });
  };
  EXPECT_NEAR(factors(ParameterKind::kTauU).mean, 1 + 10 * 3e-3, 5 * 10 * 5e-4 / std::sqrt(kColumns));
  EXPECT_NEAR(factors(ParameterKind::kTauU).deviation / (10 * 5e-4), 1, 5 / std::sqrt(2.0 * kColumns));
  EXPECT_NEAR(factors(ParameterKind::kG1).mean, 1, 5 * 10 * 1e-3 / std::sqrt(kColumns));
  EXPECT_NEAR(factors(ParameterKind::kG1).deviation / (10 * 1e-3), 1, 5 / std::sqrt(2.0 * kColumns));
  const Spread offset =
      moments_of([&](std::uint32_t i) { return temperature_offset(at(target, 310), OffsetKind::kE, i); });
  EXPECT_NEAR(offset.deviation / (10 * 1e-4), 1, 5 / std::sqrt(2.0 * kColumns));
  EXPECT_EQ(temperature_factor(at(target, 300), ParameterKind::kTauU, 0), 1);
  EXPECT_EQ(temperature_factor(at(target, 310, "all,-temperature"), ParameterKind::kTauU, 0), 1);
  EXPECT_EQ(temperature_offset(at(target, 310), OffsetKind::kAdc, 0), 0);
}

/// A neuron with every constant off its special values.
NeuronValues some_neuron() {
  NeuronValues values;
  values.in_use = values.has_pole = values.has_target = true;
  for (const ParameterRecord& record : kParameterRecords) {
    values.of(record.kind) = 0.3 + 0.05 * static_cast<double>(record.kind);
    values.droop_rate[static_cast<std::size_t>(record.kind)] = 20 + 3 * static_cast<double>(record.kind);
  }
  for (const ParameterKind tau : {ParameterKind::kTauU, ParameterKind::kTauV, ParameterKind::kLeadPole}) {
    values.of(tau) *= 1e-6;
  }
  return values;
}

/// The neuron `seconds` after the refresh, each cell exactly.
NeuronValues faded(const NeuronValues& fresh, double seconds) {
  NeuronValues values = fresh;
  for (const ParameterRecord& record : kParameterRecords) {
    const double left = 1 - fresh.droop_of(record.kind) * seconds;
    const bool is_time = record.kind == ParameterKind::kTauU || record.kind == ParameterKind::kTauV ||
                         record.kind == ParameterKind::kLeadPole;
    values.of(record.kind) *= is_time ? 1 / left : left;
  }
  values.forward_gain *= 1 - fresh.droop_of(ParameterKind::kColumnGain) * seconds;
  values.backward_gain *= 1 - fresh.droop_of(ParameterKind::kBackwardColumnGain) * seconds;
  return values;
}

// The emulator follows the tangent; what it misses is of second order in what a cell loses.
TEST(Droop, FollowsEveryCellToSecondOrder) {
  const Target target = flawed_target();
  const Silicon silicon = at(target, 300);
  const NeuronValues fresh = some_neuron();
  ConstantBlock base(16), slopes(16);
  fold(fresh, silicon, 2, base);
  fold_droop(fresh, silicon, 2, slopes);
  for (const double seconds : {1e-4, 5e-4, 1e-3}) {
    ConstantBlock exact(16);
    fold(faded(fresh, seconds), silicon, 2, exact);
    const double lost = 60 * seconds;
    for (std::uint32_t k = 0; k < static_cast<std::uint32_t>(Constant::kOffsetEpsilon); ++k) {
      const auto constant = static_cast<Constant>(k);
      const double tangent =
          static_cast<double>(base.at(constant, 2)) + static_cast<double>(slopes.at(constant, 2)) * seconds;
      const auto truth = static_cast<double>(exact.at(constant, 2));
      EXPECT_NEAR(tangent, truth, (lost * lost + 1e-6) * std::abs(truth)) << k << " after " << seconds;
    }
  }
}

TEST(LeadBandwidth, AddsItsTimeConstantToTheProgrammedPole) {
  Target target = flawed_target();
  const Silicon silicon = at(target, 300);
  NeuronValues values = some_neuron();
  const double own = 1 / (2 * M_PI * target.lead_bandwidth.value);
  const double substep = target.substep().value;
  ConstantBlock constants(16);
  fold(values, silicon, 0, constants);
  const double both = own + values.of(ParameterKind::kLeadPole);
  EXPECT_NEAR(constants.at(Constant::kPole, 0), 1 - std::exp(-substep / both), 1e-6);
  values.has_pole = false;
  fold(values, silicon, 0, constants);
  EXPECT_NEAR(constants.at(Constant::kPole, 0), 1 - std::exp(-substep / own), 1e-6);
  fold(values, at(target, 300, "all,-lead_bandwidth"), 0, constants);
  EXPECT_EQ(constants.at(Constant::kPole, 0), 1);
}

}  // namespace
}  // namespace vle::emulator
