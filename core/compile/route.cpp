#include <algorithm>

#include "passes.hpp"

namespace vle {
namespace {

/// The site of every neuron source, and who it is for messages.
std::vector<Site> sites_by_source(const Sources& sources, const Placement& placement) {
  std::vector<Site> sites(static_cast<std::size_t>(sources.count()));
  for (std::size_t p = 0; p < placement.sites.size(); ++p) {
    for (std::size_t i = 0; i < placement.sites[p].size(); ++i) {
      const std::int64_t source = sources.of_neuron(static_cast<std::int64_t>(p), static_cast<std::int64_t>(i));
      sites[static_cast<std::size_t>(source)] = placement.sites[p][i];
    }
  }
  return sites;
}

std::int64_t count_links(const Sources& sources, const std::vector<Site>& sites, std::size_t core,
                         const std::vector<std::int64_t>& rows) {
  return std::count_if(rows.begin(), rows.end(), [&](std::int64_t source) {
    return !sources.is_input(source) && sites[static_cast<std::size_t>(source)].core != core;
  });
}

Geometry shape_geometry(const Network& network, const Target& target, const Placement& placement, std::int64_t links) {
  Geometry geometry;
  geometry.cores = static_cast<std::int64_t>(placement.cores.size());
  geometry.rows = target.rows;
  geometry.columns = target.columns;
  if (target.is_elastic()) {
    const Placement::Core& core = placement.cores.front();
    geometry.columns = core.columns;
    geometry.rows =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(std::max(core.forward.size(), core.backward.size()))) *
        target.rows_per_source();
  }
  geometry.input_channels = target.input_channels > 0 ? target.input_channels : network.input_channels();
  geometry.target_channels = network.target_channels();
  geometry.link_channels = target.crossing.channels > 0 ? target.crossing.channels : links;
  return geometry;
}

/// Writes the row sources of one array of one core; crossings take link channels in order of source.
void write_rows(const RegisterLayout& layout, const Sources& sources, const std::vector<Site>& sites, std::int64_t core,
                bool backward, const std::vector<std::int64_t>& rows, ParameterMap& map) {
  const RegisterBlock row_block = backward ? RegisterBlock::kBackwardRowSource : RegisterBlock::kRowSource;
  const RegisterBlock link_block = backward ? RegisterBlock::kBackwardLinkSource : RegisterBlock::kLinkSource;
  std::int64_t row = 0;
  std::int64_t link = 0;
  for (const std::int64_t source : rows) {
    std::uint16_t word = 0;
    if (sources.is_input(source)) {
      word = layout.input_source(source);
    } else if (const Site site = sites[static_cast<std::size_t>(source)]; site.core == core) {
      word = layout.neuron_source(site.column);
    } else {
      map.image[layout.address(core, link_block, link)] =
          static_cast<std::uint16_t>(1 + site.core * map.geometry.columns + site.column);
      word = layout.link_source(link++);
    }
    for (std::int64_t i = 0; i < map.target.rows_per_source(); ++i) {
      map.image[layout.address(core, row_block, row++)] = word;
    }
  }
}

void write_controls(const Network& network, const RegisterLayout& layout, ParameterMap& map) {
  for (const PlacedPopulation& population : map.populations) {
    std::int64_t channel = population.first_target_channel;
    const std::uint16_t control = to_word(NeuronControl{true, population.activation, network.lead_bandwidth > 0});
    for (const Site site : population.sites) {
      map.image[layout.address(site.core, RegisterBlock::kControl, site.column)] = control;
      if (!population.is_output) continue;
      map.image[layout.address(site.core, RegisterBlock::kTargetSource, site.column)] =
          static_cast<std::uint16_t>(1 + channel++);
    }
  }
}

}  // namespace

Result<> route(const Network& network, const Sources& sources, const Placement& placement, ParameterMap& map) {
  const std::vector<Site> sites = sites_by_source(sources, placement);
  std::int64_t most_links = 0;
  for (std::size_t core = 0; core < placement.cores.size(); ++core) {
    const std::int64_t rates = count_links(sources, sites, core, placement.cores[core].forward);
    const std::int64_t errors = count_links(sources, sites, core, placement.cores[core].backward);
    map.crossings.rate_channels += rates;
    map.crossings.error_channels += errors;
    most_links = std::max({most_links, rates, errors});
    const std::int64_t available = map.target.crossing.channels;
    if (available > 0 && std::max(rates, errors) > available) {
      return fail(ErrorCode::kDoesNotFit,
                  "core {} of {} takes {} rates and {} errors from other cores, but it has {} link channels for each; "
                  "order the populations so that those that talk sit together",
                  core, map.target.name, rates, errors, available);
    }
  }
  if (placement.cores.size() > 1) map.crossings.latency_substeps = map.target.crossing.latency_substeps;
  map.geometry = shape_geometry(network, map.target, placement, most_links);
  if (Result<> ok = check_geometry(map.geometry); !ok) return ok;
  const RegisterLayout layout(map.target, map.geometry);
  map.image.assign(layout.size(), 0);
  map.image[RegisterLayout::kVersionAddress] = RegisterLayout::kVersion;
  if (map.timing.substeps_per_step > 0xFFFF) {
    return fail(ErrorCode::kDoesNotFit, "a step of {} sub-steps; the register holds {}; raise the speed-up",
                map.timing.substeps_per_step, 0xFFFF);
  }
  map.image[RegisterLayout::kSubstepsAddress] = static_cast<std::uint16_t>(map.timing.substeps_per_step);
  write_controls(network, layout, map);
  for (std::int64_t core = 0; core < map.geometry.cores; ++core) {
    const Placement::Core& rows = placement.cores[static_cast<std::size_t>(core)];
    write_rows(layout, sources, sites, core, false, rows.forward, map);
    write_rows(layout, sources, sites, core, true, rows.backward, map);
  }
  return {};
}

}  // namespace vle
