#include <algorithm>
#include <numbers>
#include <vle/parameter_map/parameter_map.hpp>

namespace vle {
namespace {

/// Reads values of one chip's registers in full scales and chip seconds.
class ImageReader {
 public:
  explicit ImageReader(const ParameterMap& map) : map_(map), layout_(map.target, map.geometry) {}

  double value(ParameterKind kind, Site site) const {
    return from_word(map_.target.dac(kind), map_.image[layout_.address(site.core, kind, site.column)]).value;
  }

  /// The signed weight that `row` and, in a row pair, the row after it give to a column.
  double weight(ParameterKind array, std::int64_t row, Site site) const {
    const double plus = synapse(array, row, site);
    return map_.target.signed_weight == SignedWeight::kRowPair ? plus - synapse(array, row + 1, site) : plus;
  }

  NeuronControl control(Site site) const {
    return control_from_word(map_.image[layout_.address(site.core, RegisterBlock::kControl, site.column)]);
  }

  /// First row of every source of a core's array, by source: inputs by channel, then neurons by site. -1: not driven.
  Result<std::vector<std::int64_t>> rows_by_source(std::int64_t core, bool backward) const {
    const Geometry& geometry = map_.geometry;
    std::vector<std::int64_t> rows(static_cast<std::size_t>(map_.input_channels() + geometry.cores * geometry.columns),
                                   -1);
    const RegisterBlock block = backward ? RegisterBlock::kBackwardRowSource : RegisterBlock::kRowSource;
    for (std::int64_t row = 0; row < geometry.rows; row += map_.target.rows_per_source()) {
      const RowSource source = layout_.row_source_from_word(map_.image[layout_.address(core, block, row)]);
      const std::int64_t index = source_index(core, backward, source);
      if (index < 0) continue;
      const bool exists = index < static_cast<std::int64_t>(rows.size());
      if (!exists || rows[static_cast<std::size_t>(index)] >= 0) {
        return fail(ErrorCode::kInvalidInput, "register image: core {}, {}row {}: its source {}", core,
                    backward ? "backward " : "", row, exists ? "already drives another row" : "does not exist");
      }
      rows[static_cast<std::size_t>(index)] = row;
    }
    return rows;
  }

 private:
  double synapse(ParameterKind array, std::int64_t row, Site site) const {
    return from_word(map_.target.dac(array), map_.image[layout_.address(site.core, array, row, site.column)]).value;
  }

  std::int64_t source_index(std::int64_t core, bool backward, RowSource source) const {
    const std::int64_t inputs = map_.input_channels();
    switch (source.kind) {
      case RowSource::Kind::kOff:
        return -1;
      case RowSource::Kind::kInput:
        return source.index;
      case RowSource::Kind::kNeuron:
        return inputs + core * map_.geometry.columns + source.index;
      case RowSource::Kind::kLink: {
        const RegisterBlock block = backward ? RegisterBlock::kBackwardLinkSource : RegisterBlock::kLinkSource;
        const std::uint16_t word = map_.image[layout_.address(core, block, source.index)];
        return word == 0 ? -1 : inputs + word - 1;
      }
    }
    return -1;
  }

  const ParameterMap& map_;
  RegisterLayout layout_;
};

Population recover_population(const ParameterMap& map, const ImageReader& image, const PlacedPopulation& placed) {
  Population population;
  population.name = placed.name;
  population.size = static_cast<std::int64_t>(placed.sites.size());
  population.activation = placed.activation;
  const double speed_up = map.timing.speed_up;
  for (const Site site : placed.sites) {
    const double tau_v = image.value(ParameterKind::kTauV, site) * speed_up;
    population.tau_m.push_back(image.value(ParameterKind::kTauU, site) * speed_up);
    population.tau_r.push_back(tau_v);
    population.tau_v.push_back(tau_v);
    population.lead_u.push_back(image.value(ParameterKind::kLeadU, site));
    population.lead_v.push_back(image.value(ParameterKind::kLeadV, site));
    population.bias.push_back(image.value(ParameterKind::kBias, site) / placed.scales.membrane);
    population.g0.push_back(image.value(ParameterKind::kG0, site));
    population.g1.push_back(image.value(ParameterKind::kG1, site));
  }
  // One gamma a population: every neuron was given the same one.
  population.gamma =
      image.value(ParameterKind::kGamma, placed.sites.front()) * placed.scales.error / placed.scales.membrane;
  return population;
}

/// Both arrays' rows of every core.
struct RowTables {
  std::vector<std::vector<std::int64_t>> forward;
  std::vector<std::vector<std::int64_t>> backward;
};

std::vector<double> values_of(const ImageReader& image, ParameterKind kind, const PlacedPopulation& population) {
  std::vector<double> values;
  for (const Site site : population.sites) values.push_back(image.value(kind, site));
  return values;
}

Projection recover_projection(const ParameterMap& map, const ImageReader& image, const RowTables& rows,
                              const PlacedProjection& placed) {
  const PlacedPopulation& post = map.populations[static_cast<std::size_t>(placed.to)];
  Projection projection{placed.name, placed.from, placed.to, {}, placed.backward, {}, false};
  Synapses& synapses = projection.synapses;
  synapses.post_size = static_cast<std::int64_t>(post.sites.size());
  synapses.row_start = placed.row_start;
  synapses.column = placed.column;
  const std::int64_t inputs = map.input_channels();
  const auto from = static_cast<std::size_t>(placed.from.index);
  const PlacedInput* input = placed.from.is_input ? &map.inputs[from] : nullptr;
  const PlacedPopulation* pre = placed.from.is_input ? nullptr : &map.populations[from];
  synapses.pre_size = input != nullptr ? input->size : static_cast<std::int64_t>(pre->sites.size());
  synapses.values.resize(placed.is_dense ? static_cast<std::size_t>(synapses.post_size * synapses.pre_size)
                                         : placed.column.size());
  const double rate_scale = input != nullptr ? input->chip_scale : pre->scales.rate;
  const bool has_backward = pre != nullptr && placed.backward != BackwardRule::kNone;
  if (has_backward) {
    projection.backward = BackwardRule::kFixedRandom;
    projection.backward_values.resize(synapses.values.size());
  }
  const std::vector<double> gains = values_of(image, ParameterKind::kColumnGain, post);
  const std::vector<double> back_gains =
      has_backward ? values_of(image, ParameterKind::kBackwardColumnGain, *pre) : std::vector<double>();
  const auto site_index = [&](Site site) { return inputs + site.core * map.geometry.columns + site.column; };
  synapses.for_each([&](std::int64_t i, std::int64_t j, std::size_t k) {
    const Site to = post.sites[static_cast<std::size_t>(i)];
    const std::int64_t source =
        input != nullptr ? input->first_channel + j : site_index(pre->sites[static_cast<std::size_t>(j)]);
    const std::int64_t row = rows.forward[to.core][static_cast<std::size_t>(source)];
    if (row >= 0) {
      synapses.values[k] = image.weight(ParameterKind::kWeight, row, to) * gains[static_cast<std::size_t>(i)] *
                           rate_scale / post.scales.membrane;
    }
    if (!has_backward) return;
    const Site back_to = pre->sites[static_cast<std::size_t>(j)];
    const std::int64_t back_row = rows.backward[back_to.core][static_cast<std::size_t>(site_index(to))];
    if (back_row >= 0) {
      projection.backward_values[k] = image.weight(ParameterKind::kBackwardWeight, back_row, back_to) *
                                      back_gains[static_cast<std::size_t>(j)] * post.scales.error / pre->scales.error;
    }
  });
  return projection;
}

}  // namespace

Result<Network> recover_network(const ParameterMap& map) {
  const ImageReader image(map);
  Network network;
  network.name = map.network_name;
  network.hash = map.network_hash;
  network.dt = map.timing.dt;
  network.integrator = Integrator::kExponential;
  for (const PlacedInput& input : map.inputs) {
    network.inputs.push_back(
        {input.name, input.size, input.first_channel, -1 / input.chip_scale, 1 / input.chip_scale});
  }
  for (std::size_t p = 0; p < map.populations.size(); ++p) {
    const PlacedPopulation& placed = map.populations[p];
    network.populations.push_back(recover_population(map, image, placed));
    if (!placed.is_output) continue;
    const double beta =
        image.value(ParameterKind::kBeta, placed.sites.front()) * placed.scales.rate / placed.scales.error;
    network.outputs.push_back({static_cast<std::int64_t>(p), placed.loss, beta, placed.first_target_channel});
  }
  if (map.lead_bandwidth > 0) {
    const Site first = map.populations.front().sites.front();
    network.lead_bandwidth =
        1 / (2 * std::numbers::pi * image.value(ParameterKind::kLeadPole, first) * map.timing.speed_up);
  }
  RowTables rows;
  for (std::int64_t core = 0; core < map.geometry.cores; ++core) {
    for (const bool backward : {false, true}) {
      Result<std::vector<std::int64_t>> table = image.rows_by_source(core, backward);
      if (!table) return tl::unexpected(table.error());
      (backward ? rows.backward : rows.forward).push_back(std::move(*table));
    }
  }
  for (const PlacedProjection& projection : map.projections) {
    network.projections.push_back(recover_projection(map, image, rows, projection));
  }
  return network;
}

}  // namespace vle
