#include <algorithm>

#include "passes.hpp"

namespace vle {
namespace {

LedgerBlock* find_block(ParameterMap& map, const std::string& owner, ParameterKind kind) {
  const auto found = std::find_if(map.ledger.begin(), map.ledger.end(),
                                  [&](const LedgerBlock& b) { return b.kind == kind && b.owner == owner; });
  return found == map.ledger.end() ? nullptr : &*found;
}

/// Adds to `constants` what the rate offsets of the senders of one projection give, in model units of the receivers.
void add_rate_offsets(const ChipConverters& converters, const PlacedProjection& projection, const LedgerBlock& weights,
                      const ParameterMap& map, std::vector<double>& constants) {
  const PlacedPopulation& senders = map.populations[static_cast<std::size_t>(projection.from.index)];
  std::vector<double> offsets;
  for (const Site site : senders.sites) {
    // A realised weight holds the amplitude of the sender's rate circuit, which its offset does not pass.
    offsets.push_back(converters.offset(OffsetKind::kR, site.core, site.column) /
                      (senders.scales.rate * converters.rate_amplitude(site.core, site.column)));
  }
  for (std::size_t receiver = 0; receiver < constants.size(); ++receiver) {
    const std::size_t first = weights.receiver_start[receiver];
    for (std::size_t k = first; k < weights.receiver_start[receiver + 1]; ++k) {
      const std::size_t sender = projection.is_dense ? k - first : projection.column[k];
      const double weight = weights.realised.empty() ? weights.code[k] * weights.lsb[receiver] : weights.realised[k];
      constants[receiver] += weight * offsets[sender];
    }
  }
}

/// What neuron i adds to its own membrane at rest, in model units: the offset of s, and through gamma that of its
/// error.
double own_constant(const ChipConverters& converters, const PlacedPopulation& population, std::size_t i,
                    ParameterMap& map) {
  const Site site = population.sites[i];
  const auto offset = [&](OffsetKind kind) { return converters.offset(kind, site.core, site.column); };
  const auto realised = [&](ParameterKind kind) { return find_block(map, population.name, kind)->realised[i]; };
  const double gains = realised(ParameterKind::kG0) + realised(ParameterKind::kG1);
  const double error = gains * offset(OffsetKind::kEpsilon) + offset(OffsetKind::kE);
  return offset(OffsetKind::kS) * converters.rate_slope(site.core, site.column) / population.scales.membrane +
         realised(ParameterKind::kGamma) * error / population.scales.error;
}

void code_bias(const ChipConverters& converters, const RegisterLayout& layout, Site site, std::size_t i,
               double constant, double model_units, LedgerBlock& block, ParameterMap& map) {
  const double wanted = (block.target[i] - constant) / model_units;
  const DacSetting setting = converters.nearest(block.kind, site.core, site.column, wanted);
  map.image[layout.address(site.core, block.kind, site.column)] =
      to_word(map.target.dac(block.kind), setting.code, setting.range);
  block.code[i] = setting.code.code;
  if (!block.range.empty()) block.range[i] = static_cast<std::uint8_t>(setting.range);
  block.realised[i] = setting.value * model_units + constant;
  if (setting.clipped) block.losses.push_back({static_cast<std::uint32_t>(i), LossReason::kClipped});
}

}  // namespace

void absorb_offsets(const ChipConverters& converters, ParameterMap& map) {
  const RegisterLayout layout(map.target, map.geometry);
  for (std::size_t p = 0; p < map.populations.size(); ++p) {
    const PlacedPopulation& population = map.populations[p];
    std::vector<double> constants(population.sites.size(), 0.0);
    for (const PlacedProjection& projection : map.projections) {
      if (projection.to != static_cast<std::int64_t>(p) || projection.from.is_input) continue;
      add_rate_offsets(converters, projection, *find_block(map, projection.name, ParameterKind::kWeight), map,
                       constants);
    }
    LedgerBlock& bias = *find_block(map, population.name, ParameterKind::kBias);
    bias.losses.clear();
    const double model_units = model_per_chip(ParameterKind::kBias, population.scales, map.timing.speed_up);
    for (std::size_t i = 0; i < constants.size(); ++i) {
      const double constant = constants[i] + own_constant(converters, population, i, map);
      code_bias(converters, layout, population.sites[i], i, constant, model_units, bias, map);
    }
  }
}

}  // namespace vle
