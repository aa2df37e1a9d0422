#include <numbers>
#include <vle/parameter_map/parameter_map.hpp>

#include "image_reader.hpp"
#include "recover_projection.hpp"

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
    network.projections.push_back(recover_projection(map, *rows, projection));
  }
  return network;
}

}  // namespace vle
