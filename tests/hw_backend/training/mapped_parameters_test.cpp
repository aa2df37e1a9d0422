#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vle/compile/compile.hpp>
#include <vle/dynamics/dynamics.hpp>
#include <vle/emulator/emulator.hpp>
#include <vle/emulator/truth.hpp>
#include <vle/io/files.hpp>
#include <vle/training/mapped_parameters.hpp>

#include "networks.hpp"
#include "targets.hpp"

namespace vle::training {
namespace {

constexpr std::uint64_t kSeed = 5;

Parameters parameters_of(const Network& network) {
  return Dynamics(std::make_shared<const Network>(network)).initial_parameters();
}

/// Moves everything that learning moves, by up to `share` of its size.
void move_all(Parameters& parameters, double share, std::mt19937& random) {
  const auto factor = [&] { return 1 + share * (static_cast<double>(random() % 2001) / 1000 - 1); };
  for (PopulationParameters& own : parameters.populations) {
    for (std::vector<double>* values : {&own.tau_m, &own.g0, &own.g1}) {
      for (double& value : *values) value *= factor();
    }
    for (double& value : own.bias) value += 0.05 * (factor() - 1);
  }
  for (ProjectionParameters& own : parameters.projections) {
    for (std::vector<double>* values : {&own.weights, &own.backward}) {
      for (double& value : *values) value *= factor();
    }
  }
}

ParameterMap compile_graph(const Network& network, const Target& target) {
  const auto ranges = profile_ranges(network, make_sines(network, 1, 200));
  EXPECT_TRUE(ranges);
  auto map = compile(network, target, *ranges);
  EXPECT_TRUE(map) << map.error().message;
  return std::move(*map);
}

/// Every synapse of a ledger is where the chip has it: within one code, or reported as lost.
void expect_within_a_code(const ParameterMap& map, double codes) {
  for (const LedgerBlock& block : map.ledger) {
    if (block.lsb.empty()) continue;
    std::vector<bool> lost(block.target.size(), false);
    for (const LossEntry& loss : block.losses) lost[loss.element] = true;
    for (std::size_t receiver = 0; receiver < block.lsb.size(); ++receiver) {
      for (std::size_t k = block.receiver_start[receiver]; k < block.receiver_start[receiver + 1]; ++k) {
        if (lost[k]) continue;
        EXPECT_LE(std::abs(realised_value(block, k) - block.target[k]), codes * block.lsb[receiver] * (1 + 1e-9))
            << block.owner << " " << record_of(block.kind).name << " " << k;
      }
    }
  }
}

class EveryGraph : public testing::TestWithParam<std::string> {};

TEST_P(EveryGraph, ComesBackFromTheRegistersAsItWasProgrammed) {
  const Network network = make_graph(GetParam());
  for (const Target& target : {fine_target(), coarse_target(4)}) {
    for (const Rounding rounding : {Rounding::kNearest, Rounding::kStochastic}) {
      auto mapped = MappedParameters::create(compile_graph(network, target), rounding, kSeed);
      ASSERT_TRUE(mapped) << mapped.error().message;
      Parameters parameters = parameters_of(network);
      std::mt19937 random(kSeed);
      for (int round = 0; round < 4; ++round) {
        move_all(parameters, 0.4, random);
        mapped->program(parameters);
        expect_within_a_code(mapped->map(), rounding == Rounding::kNearest ? 0.5 : 1.0);
        const auto recovered = recover_network(mapped->map());
        ASSERT_TRUE(recovered) << recovered.error().message;
        for (std::size_t q = 0; q < network.projections.size(); ++q) {
          for (const LedgerBlock& block : mapped->map().ledger) {
            if (block.owner != network.projections[q].name || block.kind != vle::ParameterKind::kWeight) continue;
            for (std::size_t k = 0; k < block.target.size(); ++k) {
              EXPECT_EQ(block.target[k], parameters.projections[q].weights[k]);
              EXPECT_NEAR(recovered->projections[q].synapses.values[k], realised_value(block, k), 1e-12);
            }
          }
        }
      }
    }
  }
}

TEST_P(EveryGraph, DeltasLeaveTheChipAsAFreshLoadDoes) {
  const Network network = make_graph(GetParam());
  const Target target = coarse_target(4);
  const ParameterMap map = compile_graph(network, target);
  const auto learned = emulator::make_emulator_backend(target, 3, {});
  ASSERT_TRUE(learned->load(std::make_shared<const ParameterMap>(map)));
  auto mapped = MappedParameters::create(map, Rounding::kStochastic, kSeed);
  ASSERT_TRUE(mapped);
  Parameters parameters = parameters_of(network);
  std::mt19937 random(kSeed);
  for (int round = 0; round < 3; ++round) {
    move_all(parameters, 0.1, random);
    ASSERT_TRUE(learned->write_registers(mapped->program(parameters)));
  }
  const auto fresh = emulator::make_emulator_backend(target, 3, {});
  ASSERT_TRUE(fresh->load(std::make_shared<const ParameterMap>(mapped->map())));
  const Stimulus stimulus = make_sines(network, 2, 60);
  RunOptions options;
  options.every = 10;
  const auto a = learned->run(stimulus, options);
  const auto b = fresh->run(stimulus, options);
  ASSERT_TRUE(a && b) << (a ? b : a).error().message;
  for (std::size_t k = 0; k < a->signals.size(); ++k) EXPECT_EQ(a->signals[k].codes, b->signals[k].codes);
}

INSTANTIATE_TEST_SUITE_P(Graphs, EveryGraph, testing::ValuesIn(graph_names()));

TEST(MappedParameters, WritesNothingWhereNothingMoved) {
  const Network network = make_graph(graph_names().front());
  auto mapped = MappedParameters::create(compile_graph(network, coarse_target(4)), Rounding::kStochastic, kSeed);
  ASSERT_TRUE(mapped);
  const Parameters parameters = parameters_of(network);
  mapped->program(parameters);
  EXPECT_TRUE(mapped->program(parameters).empty());
}

/// What a perfect measurement of an emulated chip would say.
Calibration exact_calibration(const Target& target, std::uint64_t chip, std::uint32_t columns) {
  const emulator::ChipTruth truth(target, chip);
  Calibration calibration;
  calibration.chip_id = chip;
  calibration.target_hash = target.hash;
  for (const ParameterRecord& record : kParameterRecords) {
    if (record.per_synapse) continue;
    const Dac& dac = target.dac(record.kind);
    for (std::uint32_t column = 0; column < columns; ++column) {
      for (int range = 0; range < static_cast<int>(dac.range_factors.size()); ++range) {
        CalibratedCurve curve;
        curve.kind = record.kind;
        curve.column = column;
        curve.range = range;
        curve.curve = dac.kind;
        const double factor = truth.factor(record.kind, 0, column) * dac.range_factors[static_cast<std::size_t>(range)];
        curve.scale = dac.scale * factor;
        curve.offset = dac.kind == Dac::Kind::kLinear ? dac.offset * factor : dac.offset;
        curve.min_code = dac.min_code;
        curve.max_code = dac.max_code;
        calibration.curves.push_back(curve);
      }
    }
  }
  for (std::uint32_t column = 0; column < columns; ++column) {
    calibration.offsets.push_back({OffsetKind::kS, 0, column, truth.offset(OffsetKind::kS, 0, column), 0.001});
    calibration.rate_circuits.push_back({0, column, 1 + 0.01 * (column % 7), 1 - 0.01 * (column % 5)});
  }
  for (const vle::ParameterKind array : {vle::ParameterKind::kWeight, vle::ParameterKind::kBackwardWeight}) {
    CalibratedSynapses synapses;
    synapses.array = array;
    synapses.rows = static_cast<std::uint32_t>(target.rows);
    synapses.columns = static_cast<std::uint32_t>(target.columns);
    synapses.factor.assign(static_cast<std::size_t>(target.rows * target.columns), 1.02F);
    synapses.has_linearity = true;
    for (std::uint32_t column = 0; column < columns; ++column) {
      synapses.stuck.push_back({column % 8, column, static_cast<int>(column) % 6, static_cast<int>(column / 6) % 2});
    }
    calibration.synapses.push_back(std::move(synapses));
  }
  return calibration;
}

TEST(MappedParameters, GoesOnCodingByTheCalibrationOfItsMap) {
  const Network network = make_graph("layered");
  const auto target = read_target("bss2_like");
  ASSERT_TRUE(target);
  const Calibration calibration = exact_calibration(*target, 3, 64);
  const auto ranges = profile_ranges(network, make_sines(network, 1, 200));
  ASSERT_TRUE(ranges);
  CompileOptions options;
  options.calibration = &calibration;
  const auto map = compile(network, *target, *ranges, options);
  ASSERT_TRUE(map) << map.error().message;
  auto mapped = MappedParameters::create(*map, Rounding::kNearest, kSeed, &calibration);
  ASSERT_TRUE(mapped) << mapped.error().message;
  EXPECT_TRUE(mapped->program(parameters_of(network)).empty()) << "the compiler chose other codes";
  EXPECT_FALSE(MappedParameters::create(*map, Rounding::kNearest, kSeed)) << "a calibrated map without calibration";
}

TEST(MappedParameters, KeepsTheLeadsThatANetworkGives) {
  Network network = make_graph("layered");
  std::vector<GivenLeads> leads;
  for (Population& population : network.populations) {
    population.tau_v = population.tau_m;
    population.lead_u.assign(population.tau_m.size(), 0.25);
    population.lead_v.assign(population.tau_m.size(), 1.5);
    leads.push_back({population.lead_u, population.lead_v});
  }
  network.hash = hash_network(network);
  auto mapped =
      MappedParameters::create(compile_graph(network, coarse_target(4)), Rounding::kNearest, kSeed, nullptr, leads);
  ASSERT_TRUE(mapped) << mapped.error().message;
  mapped->program(parameters_of(network));
  int blocks = 0;
  for (const LedgerBlock& block : mapped->map().ledger) {
    if (block.kind != vle::ParameterKind::kLeadU && block.kind != vle::ParameterKind::kLeadV) continue;
    ++blocks;
    for (const double target : block.target) EXPECT_EQ(target, block.kind == vle::ParameterKind::kLeadU ? 0.25 : 1.5);
  }
  EXPECT_EQ(blocks, 2 * static_cast<int>(network.populations.size()));
}

TEST(MappedParameters, RoundsUpWithTheProbabilityOfTheRemainder) {
  const Network network = make_graph("layered");
  std::vector<double> sums;
  double scale = 0;
  constexpr int kSeeds = 400;
  for (int seed = 0; seed < kSeeds; ++seed) {
    auto mapped = MappedParameters::create(compile_graph(network, coarse_target(4)), Rounding::kStochastic,
                                           static_cast<std::uint64_t>(seed));
    ASSERT_TRUE(mapped);
    mapped->program(parameters_of(network));
    for (const LedgerBlock& block : mapped->map().ledger) {
      if (block.kind != vle::ParameterKind::kWeight || block.owner != network.projections[0].name) continue;
      sums.resize(block.target.size());
      for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += realised_value(block, k) - block.target[k];
      scale = *std::max_element(block.lsb.begin(), block.lsb.end());
    }
  }
  // A remainder is spread by at most half a code.
  for (const double sum : sums) EXPECT_LT(std::abs(sum), 5 * 0.5 * scale * std::sqrt(kSeeds));
}

TEST(MappedParameters, CountsWhatSaturates) {
  const Network network = make_graph("layered");
  auto mapped = MappedParameters::create(compile_graph(network, coarse_target(4)), Rounding::kNearest, kSeed);
  ASSERT_TRUE(mapped);
  Parameters parameters = parameters_of(network);
  EXPECT_EQ(mapped->saturated()["weight"], 0);
  for (double& weight : parameters.projections[0].weights) weight *= 1e6;
  mapped->program(parameters);
  EXPECT_GT(mapped->saturated()["weight"], 0);
  EXPECT_GT(mapped->saturated()["column_gain"], 0);
}

}  // namespace
}  // namespace vle::training
