#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vle/calibration/calibrate.hpp>
#include <vle/compile/compile.hpp>
#include <vle/emulator/truth.hpp>
#include <vle/parameter_map/synapse_registers.hpp>

#include "networks.hpp"
#include "small_chip.hpp"

namespace vle::calibration {
namespace {

Target chip_with_stuck_bits() {
  Target target = small_chip(64);
  target.defects = {0.02, 1e-3};
  target.hash = hash_of(target);
  return target;
}

CalibrateOptions only_linearity() {
  CalibrateOptions options;
  options.only = {"weight_linearity"};
  return options;
}

struct Found {
  std::size_t real = 0;
  std::size_t found = 0;    ///< with the right bit at the right level
  std::size_t wrongly = 0;  ///< called stuck, and are not, or not so
};

Found compare_with_truth(const Calibration& calibration, const Target& target, std::uint64_t chip) {
  const emulator::ChipTruth truth(target, chip);
  Found found;
  for (const CalibratedSynapses& synapses : calibration.synapses) {
    EXPECT_TRUE(synapses.has_linearity);
    EXPECT_LT(synapses.nonlinearity, 0.2) << "of healthy synapses alone";
    EXPECT_GT(synapses.unjudged, 0U) << "the partners of those that conduct whatever is written";
    for (std::uint32_t column = 0; column < synapses.columns; ++column) {
      if (truth.is_dead(synapses.core, column)) continue;
      for (std::uint32_t row = 0; row < synapses.rows; ++row) {
        const auto real = truth.stuck_synapse(synapses.array, synapses.core, column, row);
        const auto called = std::find_if(synapses.stuck.begin(), synapses.stuck.end(),
                                         [&](const StuckSynapse& s) { return s.row == row && s.column == column; });
        const bool is_called = called != synapses.stuck.end();
        found.real += real ? 1 : 0;
        found.found += real && is_called && *called == *real ? 1 : 0;
        found.wrongly += is_called && !(real && *called == *real) ? 1 : 0;
      }
    }
  }
  return found;
}

// Registers of neurons have stuck bits as well: behind a column gain that is not what was written nothing can be told
// of single bits.
TEST(WeightLinearity, NamesTheStuckBitsAndNoOthers) {
  const Target target = chip_with_stuck_bits();
  Found all;
  for (const std::uint64_t chip : {1U, 2U, 3U}) {
    const Found own = compare_with_truth(calibrate_chip(target, chip, only_linearity()).calibration, target, chip);
    all.real += own.real;
    all.found += own.found;
    all.wrongly += own.wrongly;
  }
  EXPECT_GT(all.real, 80U);
  EXPECT_GE(static_cast<double>(all.found), 0.95 * static_cast<double>(all.real)) << all.real;
  EXPECT_EQ(all.wrongly, 0U);
}

// Behind the largest code of a synapse whose bit is stuck at 0 stands another code: its factor is found all the same.
TEST(WeightLinearity, GivesTheFactorsOfStuckSynapsesBack) {
  const Target target = chip_with_stuck_bits();
  const Calibration calibration = calibrate_chip(target, 4, only_linearity()).calibration;
  const ChipConverters converters(target, &calibration);
  const emulator::ChipTruth truth(target, 4);
  std::size_t count = 0;
  for (const CalibratedSynapses& synapses : calibration.synapses) {
    for (const StuckSynapse& stuck : synapses.stuck) {
      double mean = 0;
      for (std::uint32_t row = 0; row < synapses.rows; ++row) {
        mean += truth.factor(synapses.array, 0, stuck.column, row) / synapses.rows;
      }
      if (truth.stuck_synapse(synapses.array, 0, stuck.column, stuck.row ^ 1U)) continue;  // only one of two is found
      for (const std::uint32_t row : {stuck.row, stuck.row ^ 1U}) {
        const double real = truth.factor(synapses.array, 0, stuck.column, row) / mean;
        EXPECT_NEAR(converters.synapse_factor(synapses.array, 0, row, stuck.column), real, 0.06)
            << record_of(synapses.array).name << " row " << row << " column " << stuck.column;
        ++count;
      }
    }
  }
  EXPECT_GT(count, 20U);
}

/// RMS over all sources and columns that a stuck bit of the forward array concerns: what the chip makes of the weight
/// that the network has there, or 0, off what was asked for. In LSB.
double error_at_stuck_synapses(const ParameterMap& map, const emulator::ChipTruth& truth) {
  std::map<std::size_t, double> asked;
  const auto registers = find_synapse_registers(map);
  EXPECT_TRUE(registers.has_value());
  for (std::size_t p = 0; p < map.projections.size(); ++p) {
    const auto block = std::find_if(map.ledger.begin(), map.ledger.end(), [&](const LedgerBlock& b) {
      return b.owner == map.projections[p].name && b.kind == ParameterKind::kWeight;
    });
    const SynapseRegisters& own = (*registers)[p];
    for (std::size_t k = 0; k < own.forward.size(); ++k) {
      asked[own.forward[k]] = block->lsb[own.receiver[k]] > 0 ? block->target[k] / block->lsb[own.receiver[k]] : 0;
    }
  }
  const Dac& dac = map.target.dac(ParameterKind::kWeight);
  const RegisterLayout layout(map.target, map.geometry);
  double squares = 0;
  double count = 0;
  for (std::uint32_t column = 0; column < map.geometry.columns; ++column) {
    double mean = 0;
    for (std::uint32_t row = 0; row < map.geometry.rows; ++row) {
      mean += truth.factor(ParameterKind::kWeight, 0, column, row) / static_cast<double>(map.geometry.rows);
    }
    const auto given = [&](std::uint32_t row) {
      const Lsb code{from_word(dac, map.image[layout.address(0, ParameterKind::kWeight, row, column)]).code};
      const auto stuck = truth.stuck_synapse(ParameterKind::kWeight, 0, column, row);
      return (stuck ? effective_code(dac, *stuck, code) : code).code *
             truth.factor(ParameterKind::kWeight, 0, column, row) / mean;
    };
    for (std::uint32_t row = 0; row < map.geometry.rows; row += 2) {
      const bool first = truth.stuck_synapse(ParameterKind::kWeight, 0, column, row).has_value();
      const bool second = truth.stuck_synapse(ParameterKind::kWeight, 0, column, row + 1).has_value();
      if (first == second) continue;
      const double wanted = asked[layout.address(0, ParameterKind::kWeight, row, column)];
      squares += std::pow(given(row) - given(row + 1) - wanted, 2);
      ++count;
    }
  }
  EXPECT_GT(count, 5);
  return std::sqrt(squares / count);
}

TEST(WeightLinearity, GivesANetworkTheWeightsThatStuckBitsTookFromIt) {
  const Target target = chip_with_stuck_bits();
  const Network network = make_graph("layered");
  const auto ranges = profile_ranges(network, make_sines(network, 1, 120));
  ASSERT_TRUE(ranges.has_value());
  const Calibration known = calibrate_chip(target, 2, only_linearity()).calibration;
  Calibration unknown = known;
  for (CalibratedSynapses& synapses : unknown.synapses) synapses.stuck.clear();
  const auto error_with = [&](const Calibration& calibration) {
    CompileOptions options;
    options.calibration = &calibration;
    const auto map = compile(network, target, *ranges, options);
    EXPECT_TRUE(map.has_value()) << (map ? "" : map.error().message);
    return error_at_stuck_synapses(*map, emulator::ChipTruth(target, 2));
  };
  EXPECT_GT(error_with(unknown), 8);
  EXPECT_LT(error_with(known), 1);
}

TEST(WeightLinearity, IsNotMeasuredUnaskedAndNotTwice) {
  const Target target = small_chip();
  const std::vector<std::string> usual = usual_routine_names(target);
  EXPECT_EQ(std::find(usual.begin(), usual.end(), "weight_linearity"), usual.end());
  const Calibration first = calibrate_chip(target, 1, only_linearity()).calibration;
  CalibrateOptions again = only_linearity();
  again.previous = &first;
  EXPECT_TRUE(calibrate_chip(target, 1, again).routines.empty());
  for (const CalibratedSynapses& synapses : first.synapses) EXPECT_LT(synapses.nonlinearity, 0.2);
}

TEST(Merge, KeepsStuckBitsWhereFactorsAloneWereMeasuredAgain) {
  Calibration older;
  CalibratedSynapses synapses;
  synapses.has_linearity = true;
  synapses.stuck = {{1, 2, 3, 1}};
  older.synapses = {synapses};
  Calibration newer;
  newer.measured_at_unix_seconds = 1;
  newer.synapses = {CalibratedSynapses{}};
  newer.synapses.front().error = 0.5;
  const auto merged = merge({older, newer});
  ASSERT_TRUE(merged.has_value());
  ASSERT_EQ(merged->synapses.size(), 1U);
  EXPECT_EQ(merged->synapses[0].error, 0.5);
  EXPECT_EQ(merged->synapses[0].stuck.size(), 1U);
}

}  // namespace
}  // namespace vle::calibration
