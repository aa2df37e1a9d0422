#include <algorithm>

#include "map_proto.hpp"

namespace vle::io {
namespace {

const PlacedPopulation* find_population(const ParameterMap& map, const std::string& name) {
  const auto found = std::find_if(map.populations.begin(), map.populations.end(),
                                  [&](const PlacedPopulation& population) { return population.name == name; });
  return found == map.populations.end() ? nullptr : &*found;
}

const PlacedProjection* find_projection(const ParameterMap& map, const std::string& name) {
  const auto found = std::find_if(map.projections.begin(), map.projections.end(),
                                  [&](const PlacedProjection& projection) { return projection.name == name; });
  return found == map.projections.end() ? nullptr : &*found;
}

std::size_t size_of(const ParameterMap& map, Source source) {
  const auto index = static_cast<std::size_t>(source.index);
  return source.is_input ? static_cast<std::size_t>(map.inputs[index].size) : map.populations[index].sites.size();
}

/// Elements and receivers that a block of synapses must have. Backward weights belong to the sending population's
/// neurons.
struct SynapseCounts {
  std::size_t elements = 0;
  std::size_t receivers = 0;
};

SynapseCounts synapse_counts(const PlacedProjection& projection, ParameterKind kind, const ParameterMap& map) {
  const std::size_t post = map.populations[static_cast<std::size_t>(projection.to)].sites.size();
  const std::size_t pre = size_of(map, projection.from);
  return {projection.is_dense ? post * pre : projection.column.size(), kind == ParameterKind::kWeight ? post : pre};
}

bool has_sound_receivers(const LedgerBlock& block, SynapseCounts counts) {
  const std::vector<std::uint32_t>& start = block.receiver_start;
  return (block.realised.empty() || block.realised.size() == counts.elements) && block.lsb.size() == counts.receivers &&
         start.size() == counts.receivers + 1 && start.front() == 0 && start.back() == counts.elements &&
         std::is_sorted(start.begin(), start.end());
}

}  // namespace

Result<> check_block(const LedgerBlock& block, const ParameterMap& map) {
  const ParameterRecord& record = record_of(block.kind);
  const auto what = [&] { return fmt::format("ledger of \"{}\", {}", block.owner, record.name); };
  std::size_t elements = 0;
  if (record.per_synapse) {
    const PlacedProjection* projection = find_projection(map, block.owner);
    if (projection == nullptr) return bad("{}: there is no such projection", what());
    const SynapseCounts counts = synapse_counts(*projection, block.kind, map);
    if (!has_sound_receivers(block, counts)) {
      return bad("{}: lsb and receiver_start do not divide {} synapses among {} neurons", what(), counts.elements,
                 counts.receivers);
    }
    elements = counts.elements;
  } else {
    const PlacedPopulation* population = find_population(map, block.owner);
    if (population == nullptr) return bad("{}: there is no such population", what());
    elements = population->sites.size();
    if (block.realised.size() != elements || !block.lsb.empty() || !block.receiver_start.empty()) {
      return bad("{}: {} realised values for {} neurons", what(), block.realised.size(), elements);
    }
  }
  if (block.target.size() != elements || block.code.size() != elements) {
    return bad("{}: {} targets and {} codes for {} elements", what(), block.target.size(), block.code.size(), elements);
  }
  const std::size_t ranges = map.target.dac(block.kind).range_factors.size();
  const bool has_ranges =
      std::all_of(block.range.begin(), block.range.end(), [&](std::uint8_t range) { return range < ranges; });
  if ((!block.range.empty() && block.range.size() != elements) || !has_ranges) {
    return bad("{}: its range positions are not one of {} for each of {} elements", what(), ranges, elements);
  }
  for (const LossEntry& loss : block.losses) {
    if (loss.element >= elements) return bad("{}: a loss of element {} of {}", what(), loss.element, elements);
  }
  return {};
}

Result<> check_image(const ParameterMap& map) {
  const Geometry& geometry = map.geometry;
  const RegisterLayout layout(map.target, geometry);
  if (map.image[RegisterLayout::kVersionAddress] != RegisterLayout::kVersion) {
    return bad("image: register layout version {}; this program knows {}", map.image[RegisterLayout::kVersionAddress],
               RegisterLayout::kVersion);
  }
  if (map.image[RegisterLayout::kSubstepsAddress] != map.timing.substeps_per_step) {
    return bad("image: {} sub-steps of a step, timing says {}", map.image[RegisterLayout::kSubstepsAddress],
               map.timing.substeps_per_step);
  }
  struct Limit {
    RegisterBlock block;
    const char* name;
    std::int64_t count;
    std::int64_t largest;
  };
  const std::int64_t row_sources = geometry.columns + geometry.input_channels + geometry.link_channels;
  const std::int64_t neurons = geometry.cores * geometry.columns;
  const Limit limits[] = {
      {RegisterBlock::kTargetSource, "target_source", geometry.columns, geometry.target_channels},
      {RegisterBlock::kRowSource, "row_source", geometry.rows, row_sources},
      {RegisterBlock::kBackwardRowSource, "backward_row_source", geometry.rows, row_sources},
      {RegisterBlock::kLinkSource, "link_source", geometry.link_channels, neurons},
      {RegisterBlock::kBackwardLinkSource, "backward_link_source", geometry.link_channels, neurons},
  };
  for (std::int64_t core = 0; core < geometry.cores; ++core) {
    for (const Limit& limit : limits) {
      for (std::int64_t i = 0; i < limit.count; ++i) {
        const std::uint16_t word = map.image[layout.address(core, limit.block, i)];
        if (word > limit.largest) {
          return bad("image: core {}, {}[{}] = {}, above {}", core, limit.name, i, word, limit.largest);
        }
      }
    }
    for (std::int64_t column = 0; column < geometry.columns; ++column) {
      const std::uint16_t word = map.image[layout.address(core, RegisterBlock::kControl, column)];
      const Activation activation = control_from_word(word).activation;
      if (activation > Activation::kHardSigmoid)
        return bad("image: core {}, control[{}] = {} names no activation", core, column, word);
    }
  }
  return {};
}

}  // namespace vle::io
