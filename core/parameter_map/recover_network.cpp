#include <numbers>
#include <vle/parameter_map/parameter_map.hpp>

#include "image_reader.hpp"

namespace vle {
namespace {

Population recover_population(const ParameterMap& map, const ImageReader& image, const PlacedPopulation& placed) {
  Population population;
  population.name = placed.name;
  population.size = static_cast<std::int64_t>(placed.sites.size());
  population.activation = placed.activation;
  population.gain = GainRule::kFixed;
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
  const Result<RowTables> rows = image.row_tables();
  if (!rows) return tl::unexpected(rows.error());
  for (const PlacedProjection& projection : map.projections) {
    network.projections.push_back(recover_projection(map, image, *rows, projection));
  }
  return network;
}

}  // namespace vle
