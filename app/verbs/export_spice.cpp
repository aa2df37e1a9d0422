#include <algorithm>
#include <cctype>
#include <filesystem>
#include <vle/emulator/spice.hpp>
#include <vle/io/files.hpp>

#include "../stimulus.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

/// The chip of --backend; left out, a nominal one.
Result<EmulatorUri> chip_of(const Arguments& arguments) {
  const auto uri = parse_backend_uri(arguments.find("--backend").value_or("emulator:?effects=none"));
  if (!uri) return tl::unexpected(uri.error());
  if (const auto* chip = std::get_if<EmulatorUri>(&*uri)) return *chip;
  return fail(ErrorCode::kInvalidInput, "--backend: only an emulated chip has a netlist; write emulator:?chip=N");
}

/// NETLIST.txt with nothing in it that a command of ngspice would take for more than a word.
std::string table_name(const std::filesystem::path& netlist) {
  std::string name = netlist.stem().string();
  const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.'; };
  std::replace_if(
      name.begin(), name.end(), [&](char c) { return !is_plain(static_cast<unsigned char>(c)); }, '_');
  return name + ".txt";
}

}  // namespace

Result<Outcome> run_export_spice(const Arguments& arguments, Console& console) {
  const auto uri = chip_of(arguments);
  if (!uri) return tl::unexpected(uri.error());
  auto map = read_map(arguments.text("MAP"));
  if (!map) return tl::unexpected(map.error());
  const Subject subject{nullptr, std::make_shared<const ParameterMap>(std::move(*map))};
  const auto stimulus = read_stimulus(arguments, subject);
  if (!stimulus) return tl::unexpected(stimulus.error());
  // Loading checks that the map is one of this chip's target.
  if (const auto device = open_device(*uri, subject, nullptr); !device) return tl::unexpected(device.error());
  const std::filesystem::path output = arguments.text("--output");
  const std::string table = table_name(output);
  const auto netlist =
      emulator::spice_netlist(*subject.map, uri->chip, uri->effects, *stimulus, table, uri->temperature_kelvin);
  if (!netlist) return tl::unexpected(netlist.error());
  if (auto written = write_file(output.string(), *netlist); !written) return tl::unexpected(written.error());
  console.print("wrote {}\n`ngspice -b {}` leaves the signals in {}\n", output.string(), output.string(), table);
  return Outcome{ExitCode::kDone, {{"output", output.string()}, {"table", table}, {"chip_id", uri->chip}}};
}

}  // namespace vle::app
