#include <algorithm>
#include <cmath>
#include <set>
#include <vle/parameter_map/stuck_weight.hpp>
#include <vle/parameter_map/synapse_registers.hpp>

#include "passes.hpp"

namespace vle {
namespace {

constexpr double kTolerance = 1e-9;  // of float64 arithmetic in another order

void expect_near(double read_back, double expected, const LedgerBlock& block, std::size_t element) {
  VLE_CHECK(std::abs(read_back - expected) <= kTolerance * std::max(std::abs(expected), 1e-30),
            "{} {}[{}]: the register image gives {}, the ledger says {}", block.owner, record_of(block.kind).name,
            element, read_back, expected);
}

const std::vector<double>* neuron_values(const Population& population, ParameterKind kind) {
  switch (kind) {
    case ParameterKind::kTauU:
      return &population.tau_m;
    case ParameterKind::kLeadU:
      return &population.lead_u;
    case ParameterKind::kTauV:
      return &population.tau_v;
    case ParameterKind::kLeadV:
      return &population.lead_v;
    case ParameterKind::kBias:
      return &population.bias;
    case ParameterKind::kG0:
      return &population.g0;
    case ParameterKind::kG1:
      return &population.g1;
    default:
      return nullptr;
  }
}

void verify_population(const Network& derived, const Population& population, std::int64_t index,
                       const LedgerBlock& block) {
  if (const std::vector<double>* values = neuron_values(population, block.kind)) {
    for (std::size_t i = 0; i < block.realised.size(); ++i) expect_near((*values)[i], block.realised[i], block, i);
    return;
  }
  if (block.kind == ParameterKind::kGamma) expect_near(population.gamma, block.realised.front(), block, 0);
  for (const Output& output : derived.outputs) {
    if (block.kind != ParameterKind::kBeta || output.population != index) continue;
    expect_near(output.beta, block.realised.front(), block, 0);
  }
}

/// Compares a projection with its block, and the block's targets with the description.
class ProjectionCheck {
 public:
  ProjectionCheck(const Projection& derived, const Projection& described, const LedgerBlock& block)
      : derived_(derived),
        described_(described),
        block_(block),
        backward_(block.kind == ParameterKind::kBackwardWeight) {}

  void run() const {
    const Synapses& synapses = described_.synapses;
    if (backward_ && synapses.is_dense()) return check_across();
    std::vector<std::uint32_t> next = block_.receiver_start;
    synapses.for_each([&](std::int64_t post, std::int64_t pre, std::size_t k) {
      const auto receiver = static_cast<std::size_t>(backward_ ? pre : post);
      check(next[receiver]++, receiver, k);
    });
  }

 private:
  // A dense B lies across its block: some receivers at a time, so that both are read in whole cache lines.
  void check_across() const {
    constexpr std::size_t kReceivers = 16;
    const auto receivers = static_cast<std::size_t>(described_.synapses.pre_size);
    const auto senders = static_cast<std::size_t>(described_.synapses.post_size);
    for (std::size_t first = 0; first < receivers; first += kReceivers) {
      const std::size_t end = std::min(first + kReceivers, receivers);
      for (std::size_t sender = 0; sender < senders; ++sender) {
        for (std::size_t receiver = first; receiver < end; ++receiver) {
          check(block_.receiver_start[receiver] + sender, receiver, sender * receivers + receiver);
        }
      }
    }
  }

  /// `k`: of the synapse in the description.
  void check(std::size_t element, std::size_t receiver, std::size_t k) const {
    const double read_back = backward_ ? derived_.backward_value(k) : derived_.synapses.values[k];
    expect_near(read_back, block_.code[element] * block_.lsb[receiver], block_, element);
    const double asked = backward_ ? described_.backward_value(k) : described_.synapses.values[k];
    VLE_CHECK(block_.target[element] == asked, "{} {}[{}]: the ledger's target is {}, the description's {}",
              block_.owner, record_of(block_.kind).name, element, block_.target[element], asked);
  }

  const Projection& derived_;
  const Projection& described_;
  const LedgerBlock& block_;
  bool backward_;
};

/// What stuck bits add to the number of registers that are not 0, over that of codes that are not: the two of a pair
/// make up for each other, also in synapses that the network lacks.
std::int64_t surplus_of_stuck(const ParameterMap& map, const ChipConverters& converters, ParameterKind array) {
  std::set<std::size_t> places;
  for (const StuckPlace& place : stuck_places(map, converters, array)) places.insert(place.address);
  if (places.empty()) return 0;
  const bool is_pair = map.target.signed_weight == SignedWeight::kRowPair;
  const auto second = [&](std::size_t address) { return is_pair ? map.image[address + 1] : std::uint16_t{0}; };
  std::int64_t surplus = 0;
  for (const std::size_t address : places) surplus += (map.image[address] != 0) + (second(address) != 0);
  const auto registers = find_synapse_registers(map);
  VLE_CHECK(registers.has_value(), "{}", registers.error().message);
  for (const SynapseRegisters& own : *registers) {
    for (const auto address : array == ParameterKind::kWeight ? own.forward : own.backward) {
      if (places.contains(address) && map.image[address] != second(address)) --surplus;
    }
  }
  return surplus;
}

// Every register that is not 0 belongs to a synapse of the description, or to one with a stuck bit: nothing else
// conducts.
void verify_no_stray_synapse(const ParameterMap& map, const ChipConverters& converters, ParameterKind array) {
  std::int64_t expected = surplus_of_stuck(map, converters, array);
  for (const LedgerBlock& block : map.ledger) {
    if (block.kind == array)
      expected += std::count_if(block.code.begin(), block.code.end(), [](auto code) { return code != 0; });
  }
  const RegisterLayout layout(map.target, map.geometry);
  std::int64_t found = 0;
  for (std::int64_t core = 0; core < map.geometry.cores; ++core) {
    const auto first = map.image.begin() + static_cast<std::ptrdiff_t>(layout.address(core, array, 0, 0));
    found +=
        std::count_if(first, first + map.geometry.rows * map.geometry.columns, [](auto word) { return word != 0; });
  }
  VLE_CHECK(found == expected, "the {} array conducts at {} synapses, the network has {}", record_of(array).name, found,
            expected);
}

const LedgerBlock& block_of(const ParameterMap& map, const std::string& owner, ParameterKind kind) {
  const auto found = std::find_if(map.ledger.begin(), map.ledger.end(),
                                  [&](const LedgerBlock& b) { return b.kind == kind && b.owner == owner; });
  VLE_CHECK(found != map.ledger.end(), "the ledger has no {} of \"{}\"", record_of(kind).name, owner);
  return *found;
}

double nominal_value(const ParameterMap& map, const LedgerBlock& block, std::size_t i) {
  return map.target.dac(block.kind).value(Lsb{block.code[i]}, block.range.empty() ? 0 : block.range[i]);
}

/// The ledger of a calibrated map as it would be on the nominal chip with the same codes: what can be read back without
/// the calibration.
std::vector<LedgerBlock> nominal_ledger(const ParameterMap& map) {
  std::vector<LedgerBlock> ledger = map.ledger;
  for (LedgerBlock& block : ledger) {
    if (!record_of(block.kind).per_synapse) {
      const auto owner = std::find_if(map.populations.begin(), map.populations.end(),
                                      [&](const PlacedPopulation& p) { return p.name == block.owner; });
      const double units = model_per_chip(block.kind, owner->scales, map.timing.speed_up);
      for (std::size_t i = 0; i < block.realised.size(); ++i) {
        block.realised[i] = nominal_value(map, block, i) * units;
      }
      continue;
    }
    const bool backward = block.kind == ParameterKind::kBackwardWeight;
    const auto projection = std::find_if(map.projections.begin(), map.projections.end(),
                                         [&](const PlacedProjection& p) { return p.name == block.owner; });
    const std::int64_t receiver = backward ? projection->from.index : projection->to;
    const LedgerBlock& gains = block_of(map, map.populations[static_cast<std::size_t>(receiver)].name,
                                        backward ? ParameterKind::kBackwardColumnGain : ParameterKind::kColumnGain);
    block.realised.clear();
    for (std::size_t i = 0; i < block.lsb.size(); ++i) {
      if (gains.realised[i] != 0) block.lsb[i] *= nominal_value(map, gains, i) / gains.realised[i];
    }
  }
  return ledger;
}

}  // namespace

void verify(const Network& network, const ChipConverters& converters, const ParameterMap& map) {
  const Result<Network> derived = recover_network(map);
  VLE_CHECK(derived.has_value(), "{}", derived.error().message);
  const bool is_calibrated = !map.calibration_hash.empty();
  const std::vector<LedgerBlock> nominal = is_calibrated ? nominal_ledger(map) : std::vector<LedgerBlock>();
  for (const LedgerBlock& block : is_calibrated ? nominal : map.ledger) {
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
      if (network.populations[p].name != block.owner || record_of(block.kind).per_synapse) continue;
      verify_population(*derived, derived->populations[p], static_cast<std::int64_t>(p), block);
    }
    for (std::size_t k = 0; k < network.projections.size(); ++k) {
      if (network.projections[k].name != block.owner || !record_of(block.kind).per_synapse) continue;
      ProjectionCheck(derived->projections[k], network.projections[k], block).run();
    }
  }
  verify_no_stray_synapse(map, converters, ParameterKind::kWeight);
  verify_no_stray_synapse(map, converters, ParameterKind::kBackwardWeight);
}

}  // namespace vle
