#include <cmath>
#include <limits>
#include <vle/io/files.hpp>

#include "binary_message.hpp"
#include "file_bytes.hpp"
#include "map_proto.hpp"
#include "network_enums.hpp"
#include "source_text.hpp"
#include "target_proto.hpp"

namespace vle {
namespace io {
namespace {

constexpr std::int64_t kMaxMapBytes = std::numeric_limits<std::int32_t>::max();

bool is_positive(double value) {
  return std::isfinite(value) && value > 0;
}

/// Field by field, each checked against those before it.
class MapReader {
 public:
  explicit MapReader(const v1::ParameterMap& given) : given_(given) {}

  Result<ParameterMap> read() {
    map_.tool_version = given_.tool_version();
    map_.network_name = given_.network_name();
    map_.network_hash = given_.network_hash();
    map_.calibration_hash = given_.calibration_hash();
    if (given_.has_calibrated_chip_id()) map_.calibrated_chip_id = given_.calibrated_chip_id();
    map_.lead_bandwidth = given_.lead_bandwidth_hertz();
    map_.crossings = {given_.crossings().rate_channels(), given_.crossings().error_channels(),
                      given_.crossings().latency_substeps()};
    for (const auto part : {&MapReader::read_target, &MapReader::read_timing, &MapReader::read_image,
                            &MapReader::read_inputs, &MapReader::read_populations, &MapReader::read_projections,
                            &MapReader::read_ledger, &MapReader::read_learning}) {
      if (Result<> done = (this->*part)(); !done) return tl::unexpected(done.error());
    }
    if (Result<> image = check_image(map_); !image) return tl::unexpected(image.error());
    return std::move(map_);
  }

 private:
  Result<> read_target() {
    tl::expected<Target, Diagnostics> target = to_target(given_.target());
    if (!target) return bad("target: {}", target.error().front().message);
    if (target->hash != given_.target_hash()) {
      return bad("target_hash {} is not that of the target inside, {}", given_.target_hash(), target->hash);
    }
    map_.target = std::move(*target);
    return {};
  }

  Result<> read_timing() {
    map_.timing = {given_.timing().dt_seconds(), given_.timing().substeps_per_step(), given_.timing().speed_up()};
    if (!is_positive(map_.timing.dt) || map_.timing.substeps_per_step < 1 || !is_positive(map_.timing.speed_up)) {
      return bad("timing: dt_seconds = {}, substeps_per_step = {}, speed_up = {} must all be above 0", map_.timing.dt,
                 map_.timing.substeps_per_step, map_.timing.speed_up);
    }
    if (map_.lead_bandwidth < 0) return bad("lead_bandwidth_hertz = {} must not be negative", map_.lead_bandwidth);
    return {};
  }

  Result<> read_image() {
    const v1::Geometry& given = given_.geometry();
    map_.geometry = {given.cores(),           given.rows(),         given.columns(), given.input_channels(),
                     given.target_channels(), given.link_channels()};
    const Geometry& geometry = map_.geometry;
    const std::string& bytes = given_.image();
    const auto words = static_cast<std::int64_t>(bytes.size() / 2);
    if (geometry.cores < 1 || geometry.columns < 1) return bad("geometry: needs at least a core and a column");
    const Target& target = map_.target;
    if (!target.is_elastic() && (geometry.rows != target.rows || geometry.columns != target.columns)) {
      return bad("geometry: {} rows and {} columns, target {} has {} and {}", geometry.rows, geometry.columns,
                 target.name, target.rows, target.columns);
    }
    if (geometry.cores > target.max_cores()) {
      return bad("geometry: {} cores, target {} has {}", geometry.cores, target.name, target.max_cores());
    }
    if (Result<> possible = check_geometry(geometry); !possible) return bad("geometry: {}", possible.error().message);
    // Bounded first, so that the layout's own arithmetic cannot overflow.
    const bool is_plausible = geometry.rows <= words && geometry.link_channels <= words && geometry.cores <= words &&
                              geometry.rows * geometry.columns <= words;
    if (!is_plausible || bytes.size() % 2 != 0 || RegisterLayout(target, geometry).size() != bytes.size() / 2) {
      return bad("image: has {} bytes, which is not what its geometry needs", bytes.size());
    }
    map_.image.resize(bytes.size() / 2);
    for (std::size_t i = 0; i < map_.image.size(); ++i) {
      map_.image[i] = static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[2 * i]) |
                                                 static_cast<unsigned char>(bytes[2 * i + 1]) << 8);
    }
    return {};
  }

  Result<> read_inputs() {
    std::int64_t channel = 0;
    for (const v1::PlacedInput& given : given_.input()) {
      const PlacedInput input{given.name(),
                              given.size(),
                              given.first_channel(),
                              {given.dac().scale(), given.dac().offset()},
                              given.chip_scale()};
      if (input.name.empty() || input.size < 1 || input.first_channel != channel) {
        return bad("input \"{}\": needs a name, channels, and channel {} as its first, not {}", input.name, channel,
                   input.first_channel);
      }
      if (!is_positive(input.dac.scale) || !is_positive(input.chip_scale)) {
        return bad("input \"{}\": the scales {} and {} must be above 0", input.name, input.dac.scale, input.chip_scale);
      }
      channel += input.size;
      map_.inputs.push_back(input);
    }
    if (channel > map_.geometry.input_channels) {
      return bad("inputs have {} channels, the geometry {}", channel, map_.geometry.input_channels);
    }
    return {};
  }

  Result<> read_sites(const v1::PlacedPopulation& given, PlacedPopulation& population) {
    if (given.core_size() == 0 || given.core_size() != given.column_size()) {
      return bad("population \"{}\": {} cores for {} columns of neurons", given.name(), given.core_size(),
                 given.column_size());
    }
    for (int i = 0; i < given.core_size(); ++i) {
      const Site site{given.core(i), given.column(i)};
      if (site.core >= map_.geometry.cores || site.column >= map_.geometry.columns) {
        return bad("population \"{}\": neuron {} sits at core {}, column {}, outside {} cores of {} columns",
                   given.name(), i, site.core, site.column, map_.geometry.cores, map_.geometry.columns);
      }
      const std::int64_t place = site.core * map_.geometry.columns + site.column;
      if (is_taken_[static_cast<std::size_t>(place)]) {
        return bad("population \"{}\": neuron {} sits at core {}, column {}, where another does", given.name(), i,
                   site.core, site.column);
      }
      is_taken_[static_cast<std::size_t>(place)] = true;
      population.sites.push_back(site);
    }
    return {};
  }

  Result<> read_populations() {
    is_taken_.resize(static_cast<std::size_t>(map_.geometry.cores * map_.geometry.columns));
    for (const v1::PlacedPopulation& given : given_.population()) {
      PlacedPopulation population;
      population.name = given.name();
      const std::optional<Activation> activation = to_activation(given.activation());
      if (!activation || map_.target.find_shape(*activation) == nullptr) {
        return bad("population \"{}\": its activation is not one of target {}", given.name(), map_.target.name);
      }
      population.activation = *activation;
      population.scales = {given.membrane_scale(), given.rate_scale(), given.error_scale()};
      if (!is_positive(given.membrane_scale()) || !is_positive(given.rate_scale()) ||
          !is_positive(given.error_scale())) {
        return bad("population \"{}\": its scales must be above 0", given.name());
      }
      if (Result<> sites = read_sites(given, population); !sites) return sites;
      population.rate_factors.assign(given.rate_factor().begin(), given.rate_factor().end());
      const bool are_factors = std::all_of(population.rate_factors.begin(), population.rate_factors.end(), is_positive);
      if (!are_factors ||
          (!population.rate_factors.empty() && population.rate_factors.size() != population.sites.size())) {
        return bad("population \"{}\": {} rate factors for {} neurons; each must be above 0", given.name(),
                   population.rate_factors.size(), population.sites.size());
      }
      population.is_output = given.loss() != v1::LOSS_UNSPECIFIED;
      const std::optional<Loss> loss = to_loss(given.loss());
      if (!loss) return bad("population \"{}\": its loss is not known", given.name());
      population.loss = *loss;
      population.first_target_channel = given.first_target_channel();
      map_.populations.push_back(std::move(population));
    }
    if (map_.populations.empty()) return bad("there is no population");
    return check_target_channels();
  }

  // Every channel of the target belongs to exactly one output.
  Result<> check_target_channels() const {
    std::vector<bool> is_used(static_cast<std::size_t>(map_.target_channels()));
    for (const PlacedPopulation& population : map_.populations) {
      if (!population.is_output) continue;
      for (std::size_t i = 0; i < population.sites.size(); ++i) {
        const std::size_t channel = static_cast<std::size_t>(population.first_target_channel) + i;
        if (channel >= is_used.size() || is_used[channel]) {
          return bad("population \"{}\": target channel {} is another output's, or beyond the {} there are",
                     population.name, channel, is_used.size());
        }
        is_used[channel] = true;
      }
    }
    if (map_.target_channels() > map_.geometry.target_channels) {
      return bad("outputs have {} channels, the geometry {}", map_.target_channels(), map_.geometry.target_channels);
    }
    return {};
  }

  Result<> read_projections() {
    for (const v1::PlacedProjection& given : given_.projection()) {
      const std::size_t sources = given.from_input() ? map_.inputs.size() : map_.populations.size();
      if (given.from() >= sources || given.to() >= map_.populations.size()) {
        return bad("projection \"{}\": goes from {} to {}, which are not all there", given.name(), given.from(),
                   given.to());
      }
      PlacedProjection projection;
      projection.name = given.name();
      projection.from = {given.from_input(), given.from()};
      projection.to = given.to();
      const std::optional<BackwardRule> rule = to_backward_rule(given.backward());
      if (!rule) return bad("projection \"{}\": its backward rule is not known", given.name());
      projection.backward = *rule;
      projection.is_dense = given.dense();
      projection.row_start.assign(given.row_start().begin(), given.row_start().end());
      projection.column.assign(given.sender().begin(), given.sender().end());
      if (!has_sound_rows(projection)) {
        return bad("projection \"{}\": row_start and sender do not list the synapses of {} neurons in order",
                   given.name(), map_.populations[given.to()].sites.size());
      }
      map_.projections.push_back(std::move(projection));
    }
    return {};
  }

  bool has_sound_rows(const PlacedProjection& projection) const {
    const std::vector<std::uint32_t>& start = projection.row_start;
    if (projection.is_dense) return start.empty() && projection.column.empty();
    const std::size_t post = map_.populations[static_cast<std::size_t>(projection.to)].sites.size();
    const auto from = static_cast<std::size_t>(projection.from.index);
    const std::size_t pre = projection.from.is_input ? static_cast<std::size_t>(map_.inputs[from].size)
                                                     : map_.populations[from].sites.size();
    if (start.size() != post + 1 || start.front() != 0 || start.back() != projection.column.size()) return false;
    for (std::size_t i = 0; i < post; ++i) {
      if (start[i] > start[i + 1] || start[i + 1] > projection.column.size()) return false;
      for (std::size_t k = start[i]; k < start[i + 1]; ++k) {
        if (projection.column[k] >= pre || (k > start[i] && projection.column[k] <= projection.column[k - 1]))
          return false;
      }
    }
    return true;
  }

  Result<> read_ledger() {
    for (const v1::LedgerBlock& given : given_.ledger()) {
      LedgerBlock block;
      block.owner = given.owner();
      const std::optional<ParameterKind> kind = to_kind(given.kind());
      if (!kind) return bad("ledger of \"{}\": its kind is not known", given.owner());
      block.kind = *kind;
      block.unit = given.unit();
      block.target.assign(given.target().begin(), given.target().end());
      block.code.assign(given.code().begin(), given.code().end());
      block.range.assign(given.range().begin(), given.range().end());
      block.realised.assign(given.realised().begin(), given.realised().end());
      block.lsb.assign(given.lsb().begin(), given.lsb().end());
      block.receiver_start.assign(given.receiver_start().begin(), given.receiver_start().end());
      if (given.loss_element_size() != given.loss_reason_size()) {
        return bad("ledger of \"{}\": {} loss elements for {} reasons", given.owner(), given.loss_element_size(),
                   given.loss_reason_size());
      }
      for (int i = 0; i < given.loss_element_size(); ++i) {
        const v1::LossReason reason = given.loss_reason(i);
        if (reason < v1::CLIPPED || reason > v1::GROUPED)
          return bad("ledger of \"{}\": a loss has no known reason", given.owner());
        block.losses.push_back({given.loss_element(i), static_cast<LossReason>(reason - v1::CLIPPED)});
      }
      if (Result<> sound = check_block(block, map_); !sound) return sound;
      map_.ledger.push_back(std::move(block));
    }
    return {};
  }

  Result<> read_learning() {
    const v1::LearningProgram& given = given_.learning();
    LearningProgram& learning = map_.learning;
    learning.period = given.period_seconds();
    if (!(learning.period >= 0)) return bad("learning: period_seconds = {} must not be negative", learning.period);
    for (const v1::RealisedRate& rate : given.rate()) {
      learning.rates.push_back(
          {rate.owner(), rate.quantity(), rate.unit(), rate.target(), rate.least(), rate.largest()});
    }
    learning.remarks.assign(given.remark().begin(), given.remark().end());
    return {};
  }

  const v1::ParameterMap& given_;
  ParameterMap map_;
  std::vector<bool> is_taken_;
};

}  // namespace

Result<ParameterMap> to_map(const v1::ParameterMap& given) {
  if (const Diagnostics values = check_values(given); !values.empty()) return bad("{}", values.front().message);
  return MapReader(given).read();
}

}  // namespace io

Result<ParameterMap> read_map(const std::string& path) {
  const Result<std::string> bytes = io::read_bytes(path, io::kMaxMapBytes);
  if (!bytes) return tl::unexpected(bytes.error());
  if (io::kind_of_binary(*bytes) == FileKind::kCalibration) {
    return io::bad("{}: holds a calibration, a parameter map is needed", path);
  }
  v1::ParameterMap given;
  if (!io::parse_quietly(*bytes, given)) {
    return io::bad("{}: is not a parameter map, or is cut off; compile it anew", path);
  }
  if (given.format_version() != io::kMapFormatVersion) {
    return io::bad("{}: has format version {}; this program reads {}", path, given.format_version(),
                   io::kMapFormatVersion);
  }
  if (io::content_hash_of(given) != given.content_hash()) {
    return io::bad("{}: is damaged: its content does not match its content_hash; compile it anew", path);
  }
  Result<ParameterMap> map = io::to_map(given);
  if (!map) return io::bad("{}: {}", path, map.error().message);
  return map;
}

}  // namespace vle
