#include "subject.hpp"

#include <vle/emulator/emulator.hpp>
#include <vle/io/files.hpp>
#include <vle/link/link_backend.hpp>

namespace vle::app {
namespace {

Result<Device> open_reference(const ReferenceUri& uri, const Subject& subject) {
  Device device{make_reference_backend({uri.substeps, uri.precision}), subject.map};
  auto loaded = subject.network ? device.backend->load(subject.network) : device.backend->load(subject.map);
  if (!loaded) return tl::unexpected(loaded.error());
  return device;
}

Result<Target> target_of(const EmulatorUri& uri, const Subject& subject) {
  if (!uri.target.empty()) return read_target(uri.target);
  if (subject.map) return subject.map->target;
  return fail(ErrorCode::kInvalidInput,
              "--backend \"emulator:\": a network needs the target that it is compiled for, as in emulator:bss2_like");
}

Result<Device> open_emulator(const EmulatorUri& uri, const Subject& subject, const Stimulus* profile,
                             const CompileOptions& options) {
  auto target = target_of(uri, subject);
  if (!target) return tl::unexpected(target.error());
  if (options.calibration != nullptr) {
    if (auto own = check_calibration_of(*options.calibration, *target, uri.chip); !own)
      return tl::unexpected(own.error());
  }
  Device device{nullptr, subject.map};
  if (!device.map) {
    auto map = compile_subject(*subject.network, *target, profile, options);
    if (!map) return tl::unexpected(map.error());
    device.map = std::move(*map);
  }
  device.backend = emulator::make_emulator_backend(std::move(*target), uri.chip, uri.effects, uri.temperature_kelvin);
  if (auto loaded = device.backend->load(device.map); !loaded) return tl::unexpected(loaded.error());
  return device;
}

Result<Target> target_of(const BoardUri& uri, link::LinkBackend& board) {
  if (!uri.target.empty()) return read_target(uri.target);
  const auto description = board.fetch_target();
  if (!description) return tl::unexpected(description.error());
  return parse_target(*description, link::to_string(uri.uri));
}

Result<Device> open_board(const BoardUri& uri, const Subject& subject, const Stimulus* profile,
                          const CompileOptions& compiling) {
  link::LinkOptions options;
  options.record = uri.record;
  auto board = link::open_link(uri.uri, options);
  if (!board) return tl::unexpected(board.error());
  Device device{nullptr, subject.map};
  if (!device.map) {
    const auto target = target_of(uri, **board);
    if (!target) return tl::unexpected(target.error());
    if (compiling.calibration != nullptr) {
      const std::uint64_t chip = (*board)->info().chip_id.value_or(0);
      if (auto own = check_calibration_of(*compiling.calibration, *target, chip); !own)
        return tl::unexpected(own.error());
    }
    auto map = compile_subject(*subject.network, *target, profile, compiling);
    if (!map) return tl::unexpected(map.error());
    device.map = std::move(*map);
  }
  if (auto loaded = (*board)->load(device.map); !loaded) return tl::unexpected(loaded.error());
  device.backend = std::move(*board);
  return device;
}

}  // namespace

std::int64_t Subject::input_channels() const {
  return network ? network->input_channels() : map->input_channels();
}

std::int64_t Subject::target_channels() const {
  return network ? network->target_channels() : map->target_channels();
}

std::vector<std::string> Subject::outputs() const {
  std::vector<std::string> outputs;
  std::vector<std::string> all;
  if (network) {
    for (const Population& population : network->populations) all.push_back(population.name);
    for (const Output& output : network->outputs) outputs.push_back(all[static_cast<std::size_t>(output.population)]);
  } else {
    for (const PlacedPopulation& population : map->populations) {
      all.push_back(population.name);
      if (population.is_output) outputs.push_back(population.name);
    }
  }
  return outputs.empty() ? all : outputs;
}

Result<Subject> read_subject(const std::string& path) {
  const auto kind = kind_of_file(path);
  if (!kind) return tl::unexpected(kind.error());
  if (*kind == FileKind::kNetwork) {
    auto network = read_network(path);
    if (!network) return tl::unexpected(network.error());
    return Subject{std::make_shared<const Network>(std::move(*network)), nullptr};
  }
  if (*kind == FileKind::kParameterMap) {
    auto map = read_map(path);
    if (!map) return tl::unexpected(map.error());
    return Subject{nullptr, std::make_shared<const ParameterMap>(std::move(*map))};
  }
  return fail(ErrorCode::kInvalidInput, "{}: neither a network nor a parameter map; only these can run", path);
}

Result<std::shared_ptr<const ParameterMap>> compile_subject(const Network& network, const Target& target,
                                                            const Stimulus* profile, const CompileOptions& options) {
  const auto ranges = profile != nullptr ? profile_ranges(network, *profile) : bound_ranges(network);
  if (!ranges) return tl::unexpected(ranges.error());
  auto map = compile(network, target, *ranges, options);
  if (!map) return tl::unexpected(map.error());
  return std::make_shared<const ParameterMap>(std::move(*map));
}

Result<Device> open_device(const BackendUri& uri, const Subject& subject, const Stimulus* profile,
                           const CompileOptions& options) {
  if (const auto* reference = std::get_if<ReferenceUri>(&uri)) return open_reference(*reference, subject);
  if (const auto* board = std::get_if<BoardUri>(&uri)) return open_board(*board, subject, profile, options);
  return open_emulator(std::get<EmulatorUri>(uri), subject, profile, options);
}

Result<std::unique_ptr<Backend>> make_twin(const Subject& subject, const ParameterMap& map) {
  auto twin = make_reference_backend({map.timing.substeps_per_step});
  std::shared_ptr<const Network> network = subject.network;
  if (!network) {
    auto recovered = recover_network(map);
    if (!recovered) return tl::unexpected(recovered.error());
    network = std::make_shared<const Network>(std::move(*recovered));
  }
  if (auto loaded = twin->load(network); !loaded) return tl::unexpected(loaded.error());
  return twin;
}

}  // namespace vle::app
