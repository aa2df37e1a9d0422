#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vle/backend/readout.hpp>
#include <vle/compile/compile.hpp>
#include <vle/parameter_map/synapse_registers.hpp>

#include "networks.hpp"
#include "targets.hpp"

namespace vle {
namespace {

constexpr ParameterKind kNeuronKinds[] = {
    ParameterKind::kColumnGain, ParameterKind::kBackwardColumnGain,
    ParameterKind::kTauU,       ParameterKind::kLeadU,
    ParameterKind::kTauV,       ParameterKind::kLeadV,
    ParameterKind::kG0,         ParameterKind::kG1,
    ParameterKind::kGamma,      ParameterKind::kBeta,
};

/// Every converter of every neuron gives `factor` times what the target says.
Calibration scaled(const Target& target, std::uint32_t cores, double factor) {
  Calibration calibration;
  calibration.chip_id = 7;
  calibration.target_hash = target.hash;
  for (const ParameterKind kind : kNeuronKinds) {
    const Dac& dac = target.dac(kind);
    for (std::uint32_t core = 0; core < cores; ++core) {
      for (std::uint32_t column = 0; column < static_cast<std::uint32_t>(target.columns); ++column) {
        for (std::size_t range = 0; range < dac.range_factors.size(); ++range) {
          CalibratedCurve curve;
          curve.kind = kind;
          curve.core = core;
          curve.column = column;
          curve.range = static_cast<int>(range);
          curve.curve = dac.kind;
          const double by = dac.range_factors[range] * factor;
          curve.scale = dac.scale * by;
          curve.offset = dac.kind == Dac::Kind::kLinear ? dac.offset * by : dac.offset;
          for (const double value : dac.table) curve.table.push_back(value * by);
          curve.min_code = dac.min_code;
          curve.max_code = dac.max_code;
          calibration.curves.push_back(curve);
        }
      }
    }
  }
  return calibration;
}

ParameterMap compile_with(const Network& network, const Target& target, const Calibration* calibration,
                          double speed_up = 0) {
  CompileOptions options;
  options.calibration = calibration;
  if (speed_up > 0) options.speed_up = speed_up;
  const auto ranges = profile_ranges(network, make_sines(network, 1, 200));
  EXPECT_TRUE(ranges.has_value());
  auto map = compile(network, target, *ranges, options);
  EXPECT_TRUE(map.has_value()) << (map ? "" : map.error().message);
  return map ? *map : ParameterMap{};
}

double worst_relative_error(const ParameterMap& map, ParameterKind kind) {
  double worst = 0;
  for (const LedgerBlock& block : map.ledger) {
    if (block.kind != kind) continue;
    for (std::size_t i = 0; i < block.target.size(); ++i) {
      worst = std::max(worst, std::abs(block.realised[i] / block.target[i] - 1));
    }
  }
  return worst;
}

TEST(CompileWithCalibration, ChoosesCodesByTheCurvesOfTheNeuron) {
  const Target target = coarse_target();
  const Network network = make_graph("chain");
  const Calibration calibration = scaled(target, 2, 1.3);
  const ParameterMap nominal = compile_with(network, target, nullptr);
  const ParameterMap map = compile_with(network, target, &calibration, nominal.timing.speed_up);
  EXPECT_EQ(map.calibration_hash, hash_of(calibration));
  EXPECT_EQ(map.calibrated_chip_id, 7U);
  EXPECT_TRUE(nominal.calibration_hash.empty());
  EXPECT_LT(worst_relative_error(map, ParameterKind::kTauU),
            1.5 * worst_relative_error(nominal, ParameterKind::kTauU) + 0.02);
  bool differs = false;
  for (std::size_t i = 0; i < map.ledger.size(); ++i) differs |= map.ledger[i].code != nominal.ledger[i].code;
  EXPECT_TRUE(differs);
}

TEST(CompileWithCalibration, PassesOverDeadNeurons) {
  const Target target = coarse_target();
  const Network network = make_graph("chain");
  Calibration calibration = scaled(target, 2, 1);
  for (CalibratedCurve& curve : calibration.curves) {
    if (curve.core == 0 && curve.column == 0) curve.state = CalibrationState::kDead;
  }
  const ParameterMap map = compile_with(network, target, &calibration);
  for (const PlacedPopulation& population : map.populations) {
    for (const Site site : population.sites) EXPECT_NE(site, (Site{0, 0})) << population.name;
  }
}

TEST(CompileWithCalibration, TakesUpOffsetsInTheBias) {
  const Target target = coarse_target();
  const Network network = make_graph("chain");
  Calibration calibration = scaled(target, 2, 1);
  const ParameterMap before = compile_with(network, target, &calibration);
  const Site site = before.populations.back().sites.front();
  calibration.offsets.push_back({OffsetKind::kS, site.core, site.column, 0.1, 0});
  const ParameterMap after = compile_with(network, target, &calibration);
  const RegisterLayout layout(target, after.geometry);
  const auto bias = [&](const ParameterMap& map) {
    return from_word(target.dac(ParameterKind::kBias),
                     map.image[layout.address(site.core, ParameterKind::kBias, site.column)])
        .value;
  };
  const double step = target.dac(ParameterKind::kBias).scale;
  EXPECT_NEAR(bias(after), bias(before) - 0.1, step);
}

TEST(CompileWithCalibration, CodesSynapsesByTheirFactors) {
  const Target target = coarse_target();
  const Network network = make_graph("chain");
  Calibration calibration = scaled(target, 2, 1);
  for (std::uint32_t core = 0; core < 2; ++core) {
    CalibratedSynapses synapses{ParameterKind::kWeight,
                                core,
                                static_cast<std::uint32_t>(target.rows),
                                static_cast<std::uint32_t>(target.columns),
                                {},
                                0};
    synapses.factor.assign(static_cast<std::size_t>(target.rows * target.columns), 0.8F);
    calibration.synapses.push_back(std::move(synapses));
  }
  const ParameterMap map = compile_with(network, target, &calibration);
  for (const LedgerBlock& block : map.ledger) {
    if (block.kind != ParameterKind::kWeight) continue;
    ASSERT_EQ(block.realised.size(), block.target.size());
    for (std::size_t i = 0; i + 1 < block.receiver_start.size(); ++i) {
      for (std::size_t k = block.receiver_start[i]; k < block.receiver_start[i + 1]; ++k) {
        EXPECT_NEAR(block.realised[k], block.target[k], 0.51 * block.lsb[i]) << block.owner << " " << k;
      }
    }
  }
}

TEST(CompileWithCalibration, MakesUpForSlopesAndAmplitudesOfRateCircuits) {
  const Target target = coarse_target();
  const Network network = make_graph("chain");
  Calibration calibration;
  calibration.chip_id = 7;
  calibration.target_hash = target.hash;
  const double slope = 1.25;
  const double amplitude = 0.8;
  for (std::uint32_t core = 0; core < 2; ++core) {
    for (std::uint32_t column = 0; column < static_cast<std::uint32_t>(target.columns); ++column) {
      calibration.rate_circuits.push_back({core, column, slope, amplitude});
    }
  }
  const ParameterMap map = compile_with(network, target, &calibration);
  for (const PlacedPopulation& population : map.populations) {
    ASSERT_EQ(population.rate_factors.size(), population.sites.size());
    EXPECT_EQ(population.rate_scale(0), amplitude * population.scales.rate);
  }
  for (const LedgerBlock& block : map.ledger) {
    const Dac& dac = target.dac(block.kind);
    for (std::size_t i = 0; i < block.realised.size() && block.kind == ParameterKind::kColumnGain; ++i) {
      const double own = dac.value(Lsb{block.code[i]}, block.range.empty() ? 0 : block.range[i]);
      EXPECT_DOUBLE_EQ(block.realised[i], slope * own);
    }
    if (block.kind != ParameterKind::kWeight) continue;
    ASSERT_EQ(block.realised.size(), block.target.size());
    const auto projection = std::find_if(map.projections.begin(), map.projections.end(),
                                         [&](const PlacedProjection& p) { return p.name == block.owner; });
    const double sent = projection->from.is_input ? 1 : amplitude;
    for (std::size_t i = 0; i + 1 < block.receiver_start.size(); ++i) {
      for (std::size_t k = block.receiver_start[i]; k < block.receiver_start[i + 1]; ++k) {
        EXPECT_NEAR(block.realised[k], block.code[k] * block.lsb[i] * sent, 1e-12) << block.owner << " " << k;
        EXPECT_NEAR(block.realised[k], block.target[k], 0.51 * block.lsb[i] * sent) << block.owner << " " << k;
      }
    }
  }
}

/// Every synapse of a first row has the same stuck bit, and nothing else deviates.
Calibration with_stuck_rows(const Target& target, int bit, int level) {
  Calibration calibration;
  calibration.chip_id = 7;
  calibration.target_hash = target.hash;
  for (const ParameterKind array : {ParameterKind::kWeight, ParameterKind::kBackwardWeight}) {
    for (std::uint32_t core = 0; core < 2; ++core) {
      CalibratedSynapses synapses;
      synapses.array = array;
      synapses.core = core;
      synapses.rows = static_cast<std::uint32_t>(target.rows);
      synapses.columns = static_cast<std::uint32_t>(target.columns);
      synapses.factor.assign(static_cast<std::size_t>(target.rows * target.columns), 1.0F);
      synapses.has_linearity = true;
      const Dac& dac = target.dac(array);
      const StuckSynapse stuck{0, 0, bit, level};
      const double leak = effective_code(dac, stuck, Lsb{0}).code;
      for (std::uint32_t column = 0; column < synapses.columns; ++column) {
        for (std::uint32_t row = 0; row < synapses.rows; row += 2) {
          synapses.stuck.push_back({row, column, bit, level});
          const std::size_t place = std::size_t{column} * synapses.rows + row;
          synapses.factor[place] = static_cast<float>(full_swing(dac, stuck) / dac.max_code);
          synapses.factor[place + 1] = static_cast<float>(1 - leak / dac.max_code);
        }
      }
      calibration.synapses.push_back(std::move(synapses));
    }
  }
  return calibration;
}

// A weight that the other row of the pair makes up for is as near as any; the others say what they are, and why.
TEST(CompileWithCalibration, CodesAroundStuckBitsAndSaysWhereItCannot) {
  const Target target = coarse_target();
  const Network network = make_graph("layered");
  std::size_t weights = 0;
  std::size_t defects = 0;
  std::size_t far = 0;
  for (const int bit : {0, 3, 5}) {
    const Calibration calibration = with_stuck_rows(target, bit, 0);
    const ParameterMap map = compile_with(network, target, &calibration);
    for (const LedgerBlock& block : map.ledger) {
      if (!record_of(block.kind).per_synapse) continue;
      for (const LossEntry& loss : block.losses) defects += loss.reason == LossReason::kDefect ? 1 : 0;
      for (std::size_t i = 0; i + 1 < block.receiver_start.size(); ++i) {
        for (std::size_t k = block.receiver_start[i]; k < block.receiver_start[i + 1]; ++k) {
          ++weights;
          if (std::abs(block.realised[k] - block.target[k]) <= 0.51 * 1.1 * block.lsb[i]) continue;
          ++far;
          const bool is_told = std::any_of(block.losses.begin(), block.losses.end(), [&](const LossEntry& loss) {
            return loss.element == k && loss.reason == LossReason::kDefect;
          });
          EXPECT_TRUE(is_told) << block.owner << " " << k;
          EXPECT_LT(std::abs(block.realised[k]), std::abs(block.target[k])) << "only the largest are beyond reach";
        }
      }
    }
  }
  EXPECT_GT(defects, 0U);
  EXPECT_LT(far, weights / 4);
}

TEST(CompileWithCalibration, SilencesStuckBitsWhereTheNetworkHasNoSynapse) {
  const Target target = coarse_target();
  const Dac& dac = target.dac(ParameterKind::kWeight);
  const StuckSynapse stuck{0, 0, 3, 1};
  const Calibration calibration = with_stuck_rows(target, stuck.bit, stuck.level);
  const ParameterMap map = compile_with(make_graph("layered"), target, &calibration);
  const auto registers = find_synapse_registers(map);
  ASSERT_TRUE(registers.has_value());
  std::set<std::uint32_t> used;
  for (const SynapseRegisters& own : *registers) {
    used.insert(own.forward.begin(), own.forward.end());
    used.insert(own.backward.begin(), own.backward.end());
  }
  const RegisterLayout layout(target, map.geometry);
  std::size_t silenced = 0;
  for (const ParameterKind array : {ParameterKind::kWeight, ParameterKind::kBackwardWeight}) {
    for (std::int64_t core = 0; core < map.geometry.cores; ++core) {
      for (std::int64_t column = 0; column < map.geometry.columns; ++column) {
        for (std::int64_t row = 0; row < map.geometry.rows; row += 2) {
          const std::size_t address = layout.address(core, array, row, column);
          if (used.contains(static_cast<std::uint32_t>(address))) continue;
          const Lsb first{from_word(dac, map.image[address]).code};
          const Lsb second{from_word(dac, map.image[address + 1]).code};
          ASSERT_EQ(effective_code(dac, stuck, first), second) << "row " << row << ", column " << column;
          ++silenced;
        }
      }
    }
  }
  EXPECT_GT(silenced, 0U);
}

TEST(CompileWithCalibration, RefusesThoseOfAnotherTargetOrChip) {
  const Target target = coarse_target();
  const Network network = make_graph("chain");
  Calibration calibration = scaled(target, 2, 1);
  EXPECT_FALSE(check_calibration_of(calibration, target, 8).has_value());
  Calibration too_wide = with_stuck_rows(target, 6, 0);
  const auto refused = check_calibration_of(too_wide, target, 7);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message.find("bits 0 to 5"), std::string::npos) << refused.error().message;
  calibration.target_hash = std::string(64, '0');
  CompileOptions options;
  options.calibration = &calibration;
  const auto ranges = profile_ranges(network, make_sines(network, 1, 200));
  ASSERT_TRUE(ranges.has_value());
  const auto map = compile(network, target, *ranges, options);
  ASSERT_FALSE(map.has_value());
  EXPECT_NE(map.error().message.find("calibrate again"), std::string::npos) << map.error().message;
}

TEST(CorrectReadout, TakesKnownOffsetsFromValuesAndLeavesCodes) {
  ParameterMap map;
  map.target = coarse_target();
  map.populations.push_back({"a", Activation::kLinear, {{0, 1}, {0, 2}}, {1, 2, 1}});
  Calibration calibration;
  calibration.offsets = {{OffsetKind::kAdc, 0, 1, 3, 0}, {OffsetKind::kR, 0, 2, 0.5, 0}};
  Traces traces;
  SignalTrace trace{"a", Signal::kR, 2, 1, {10, 20}, {}, {0.1, 0}};
  traces.signals.push_back(trace);
  correct_readout(calibration, map, traces);
  EXPECT_DOUBLE_EQ(traces.signals[0].value(0), 0.7);
  EXPECT_DOUBLE_EQ(traces.signals[0].value(1), 1.75);
  EXPECT_EQ(traces.signals[0].codes, trace.codes);
}

// A neuron whose rate is read 0.5 full scales too high is on its target where the rate as it is lies 0.5 above.
TEST(CorrectTargets, RaisesThemByTheOffsetsOfTheRatesTheyJudge) {
  ParameterMap map;
  map.target = coarse_target();
  map.populations.push_back({"a", Activation::kLinear, {{0, 1}}, {1, 2, 1}});
  map.populations.push_back({"y", Activation::kLinear, {{0, 2}, {1, 0}}, {1, 2, 1}});
  map.populations[1].is_output = true;
  Calibration calibration;
  calibration.offsets = {{OffsetKind::kR, 0, 1, 9, 0}, {OffsetKind::kR, 0, 2, 0.5, 0}, {OffsetKind::kAdc, 1, 0, 3, 0}};
  Stimulus stimulus{2, 1, 0, 2, {}, {1, 2, 3, 4}};
  correct_targets(calibration, map, stimulus);
  EXPECT_EQ(stimulus.targets, (std::vector<double>{1.25, 2, 3.25, 4}));
  stimulus.targets.clear();
  stimulus.target_channels = 0;
  correct_targets(calibration, map, stimulus);
  EXPECT_TRUE(stimulus.targets.empty());
}

TEST(CorrectReadout, TakesTheFactorsOfRateCircuitsOut) {
  ParameterMap map;
  map.target = coarse_target();
  map.populations.push_back({"a", Activation::kLinear, {{0, 1}}, {1, 1, 1}});
  Calibration calibration;
  calibration.offsets = {{OffsetKind::kAdc, 0, 1, 2, 0}};
  calibration.rate_circuits = {{0, 1, 1.25, 0.8}};
  Traces traces;
  for (const Signal signal : {Signal::kU, Signal::kR, Signal::kE}) {
    traces.signals.push_back({"a", signal, 1, 1, {12}, {}, {0.1, 0}});
  }
  correct_readout(calibration, map, traces);
  EXPECT_DOUBLE_EQ(traces.signals[0].value(0), 1.25);
  EXPECT_DOUBLE_EQ(traces.signals[1].value(0), 1.25);
  EXPECT_DOUBLE_EQ(traces.signals[2].value(0), 1);
}

}  // namespace
}  // namespace vle
