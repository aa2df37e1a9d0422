#include <vle/io/files.hpp>

#include "../subject.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

/// Loads the map onto a device and takes what its registers then hold in place of the map's own image. Returns how
/// many words differ from it.
Result<std::int64_t> read_back(const std::string& uri_text, ParameterMap& map) {
  const auto uri = parse_backend_uri(uri_text);
  if (!uri) return tl::unexpected(uri.error());
  const auto device = open_device(*uri, Subject{nullptr, std::make_shared<const ParameterMap>(map)}, nullptr);
  if (!device) return tl::unexpected(device.error());
  auto words = device->backend->read_registers(0, static_cast<std::uint32_t>(map.image.size()));
  if (!words) return fail(words.error().code, "--backend \"{}\": {}", uri_text, words.error().message);
  std::int64_t changed = 0;
  for (std::size_t i = 0; i < map.image.size(); ++i) changed += (*words)[i] != map.image[i];
  map.image = std::move(*words);
  return changed;
}

}  // namespace

Result<Outcome> run_recover(const Arguments& arguments, Console& console) {
  auto map = read_map(arguments.text("MAP"));
  if (!map) return tl::unexpected(map.error());
  std::int64_t changed = 0;
  if (const auto uri = arguments.find("--backend")) {
    const auto counted = read_back(*uri, *map);
    if (!counted) return tl::unexpected(counted.error());
    changed = *counted;
    console.print("{} of {} registers differ from the map\n", changed, map->image.size());
  }
  const auto recovered = recover_network(*map);
  if (!recovered) return tl::unexpected(recovered.error());
  const std::string output = arguments.text("--output");
  const auto text = network_text(*recovered, output);
  if (!text) return tl::unexpected(text.error());
  const auto network = parse_network(*text, output);
  if (!network) {
    return fail(network.error().code, "these registers realise a network that no description may hold: {}",
                network.error().message);
  }
  if (auto written = write_file(output, *text); !written) return tl::unexpected(written.error());
  console.print("network {}: {} neurons, {} synapses, as the registers realise it on a nominal chip\nwrote {}\n",
                network->name, network->neuron_count(), network->synapse_count(), output);
  console.print("its ideal twin runs on --backend \"reference:?substeps={}\"\n", map->timing.substeps_per_step);
  return Outcome{ExitCode::kDone,
                 {{"output", output},
                  {"network_hash", network->hash},
                  {"compiled_network_hash", map->network_hash},
                  {"substeps_per_step", map->timing.substeps_per_step},
                  {"changed_registers", changed}}};
}

}  // namespace vle::app
