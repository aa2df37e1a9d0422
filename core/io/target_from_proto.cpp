#include <algorithm>
#include <array>

#include "network_enums.hpp"
#include "target_proto.hpp"

namespace vle::io {
namespace {

/// A count that is 1 where it was left out.
std::int64_t count_or_one(std::uint32_t value) {
  return value == 0 ? 1 : value;
}

/// Reads section by section. Mistakes are what plain data cannot say; check_target() finds the others.
class TargetReader {
 public:
  explicit TargetReader(const v1::Target& given) : given_(given) {}

  tl::expected<Target, Diagnostics> read() {
    target_.name = given_.name();
    target_.summary = given_.summary();
    read_counts();
    target_.min_speed_up = given_.timing().min_speed_up();
    target_.max_speed_up = given_.timing().max_speed_up();
    target_.clock_period = {given_.timing().clock_period_seconds()};
    target_.substep_clocks = given_.timing().substep_clocks();
    target_.full_scale = {given_.analog().full_scale_volts()};
    target_.rail = given_.analog().rail();
    target_.ota_range = given_.analog().ota_range();
    for (int i = 0; i < given_.parameter_size(); ++i) read_parameter(i);
    for (int i = 0; i < given_.shape_size(); ++i) read_shape(i);
    target_.lead_bandwidth = {given_.analog().lead_bandwidth_hertz()};
    target_.input_dac = read_converter(given_.input_dac(), "input_dac", mistakes_);
    target_.readout_adc = read_converter(given_.readout_adc(), "readout_adc", mistakes_);
    const v1::Crossing& crossing = given_.crossing();
    target_.crossing = {to_int(crossing.bits()), crossing.period_substeps(), crossing.latency_substeps(),
                        crossing.channels()};
    for (Diagnostic& mistake : read_imperfections(given_, target_)) mistakes_.push_back(std::move(mistake));
    read_costs();
    if (given_.has_plasticity()) read_plasticity();
    for (const ParameterRecord& record : kParameterRecords) {
      if (!has_parameter_[static_cast<std::size_t>(record.kind)]) {
        add("parameter", "parameter {}: is missing; a target needs a converter for every kind", record.name);
      }
    }
    join_checks();
    if (!mistakes_.empty()) return tl::unexpected(std::move(mistakes_));
    target_.hash = hash_of(target_);
    return std::move(target_);
  }

 private:
  template <class... Args>
  void add(std::string path, fmt::format_string<Args...> format, Args&&... args) {
    mistakes_.push_back({std::move(path), fmt::format(format, std::forward<Args>(args)...)});
  }

  void read_counts() {
    const v1::Counts& counts = given_.counts();
    target_.chips = count_or_one(counts.chips());
    target_.cores_per_chip = count_or_one(counts.cores_per_chip());
    target_.rows = counts.rows();
    target_.columns = counts.columns();
    target_.input_channels = counts.input_channels();
    switch (counts.signed_weight()) {
      case v1::PER_SYNAPSE:
        target_.signed_weight = SignedWeight::kPerSynapse;
        break;
      case v1::ROW_PAIR:
        target_.signed_weight = SignedWeight::kRowPair;
        break;
      default:
        add("counts.signed_weight", "counts.signed_weight must be PER_SYNAPSE or ROW_PAIR");
    }
  }

  void read_parameter(int index) {
    const v1::ParameterConverter& given = given_.parameter(index);
    const std::string path = fmt::format("parameter[{}]", index);
    const std::optional<ParameterKind> kind = to_kind(given.kind());
    if (!kind) return add(path + ".kind", "{}.kind is missing or not a known parameter kind", path);
    const auto slot = static_cast<std::size_t>(*kind);
    const std::string_view name = record_of(*kind).name;
    if (has_parameter_[slot]) return add(path, "parameter {}: is there twice", name);
    has_parameter_[slot] = true;
    converter_index_[slot] = index;
    Dac& dac = target_.dacs[slot];
    dac.format = {to_int(given.bits()), given.signed_()};
    constexpr int kMaxBits = 16;
    if (dac.format.bits < 1 || dac.format.bits > kMaxBits) {
      dac.format.bits = 1;
      is_unusable_[slot] = true;
      return add(path + ".bits", "parameter {}: bits = {} must be 1..{}", name, given.bits(), kMaxBits);
    }
    dac.min_code = given.has_min_code() ? given.min_code() : dac.format.minimum();
    dac.max_code = given.has_max_code() ? given.max_code() : dac.format.maximum();
    if (given.range_factor_size() > 0)
      dac.range_factors.assign(given.range_factor().begin(), given.range_factor().end());
    dac.unit_sigma = given.unit_sigma();
    read_curve(given, dac, path, name, slot);
  }

  void read_curve(const v1::ParameterConverter& given, Dac& dac, const std::string& path, std::string_view name,
                  std::size_t slot) {
    switch (given.curve_case()) {
      case v1::ParameterConverter::kLinear:
        dac.kind = Dac::Kind::kLinear;
        dac.scale = given.linear().scale();
        dac.offset = given.linear().offset();
        return;
      case v1::ParameterConverter::kReciprocal:
        dac.kind = Dac::Kind::kReciprocal;
        dac.scale = given.reciprocal().scale();
        dac.offset = given.reciprocal().offset();
        return;
      case v1::ParameterConverter::kTable:
        dac.kind = Dac::Kind::kTable;
        dac.table.assign(given.table().value().begin(), given.table().value().end());
        return;
      case v1::ParameterConverter::CURVE_NOT_SET:
        break;
    }
    is_unusable_[slot] = true;
    add(path, "parameter {}: needs a curve: linear, reciprocal or table", name);
  }

  void read_shape(int index) {
    const v1::PhiShape& given = given_.shape(index);
    const std::string path = fmt::format("shape[{}].activation", index);
    const std::optional<Activation> activation = to_activation(given.activation());
    if (!activation) return add(path, "{} is missing or not a known activation", path);
    target_.shapes.push_back({*activation, given.input_scale(), given.amplitude()});
  }

  void read_costs() {
    const v1::Costs& given = given_.costs();
    Costs& costs = target_.costs;
    costs.synapse_joules = given.synapse_joules();
    costs.neuron_joules = given.neuron_joules();
    costs.adc_joules = given.adc_joules();
    costs.dac_joules = given.dac_joules();
    costs.link_joules = given.link_joules();
    costs.bus_joules = given.bus_joules();
    costs.static_watts = given.static_watts();
    costs.bus_word_clocks = given.bus_word_clocks();
    costs.link_word_clocks = given.link_word_clocks();
    costs.plasticity_joules = given.plasticity_joules();
    costs.row_joules = given.row_joules();
    costs.router_word_clocks = given.router_word_clocks();
    costs.link_lanes = given.link_lanes();
    costs.link_fifo_words = given.link_fifo_words();
  }

  void read_plasticity() {
    const v1::PlasticityEngine& given = given_.plasticity();
    target_.plasticity = {to_int(given.accumulator_bits()),
                          to_int(given.fraction_bits()),
                          to_int(std::max(given.multiplier_bits(), 1u)),
                          given.lanes(),
                          count_or_one(given.update_clocks()),
                          count_or_one(given.row_clocks())};
  }

  // check_target() names parameters by kind; here they become elements of the message. What is missing or unusable was
  // reported already.
  void join_checks() {
    for (Diagnostic& mistake : check_target(target_)) {
      for (const ParameterRecord& record : kParameterRecords) {
        if (mistake.path == fmt::format("mismatch.{}", record.name)) mistake.path = path_of_mismatch(record.kind);
        if (mistake.path != fmt::format("parameter.{}", record.name)) continue;
        const auto slot = static_cast<std::size_t>(record.kind);
        if (!has_parameter_[slot] || is_unusable_[slot]) mistake.message.clear();
        mistake.path = fmt::format("parameter[{}]", converter_index_[slot]);
      }
      if (!mistake.message.empty()) mistakes_.push_back(std::move(mistake));
    }
  }

  std::string path_of_mismatch(ParameterKind kind) const {
    for (int i = 0; i < given_.mismatch_size(); ++i) {
      if (given_.mismatch(i).kind() == to_proto(kind)) return fmt::format("mismatch[{}]", i);
    }
    return "mismatch";
  }

  const v1::Target& given_;
  Target target_;
  Diagnostics mistakes_;
  std::array<bool, kParameterKinds> has_parameter_{};
  std::array<bool, kParameterKinds> is_unusable_{};
  std::array<int, kParameterKinds> converter_index_{};
};

}  // namespace

std::optional<ParameterKind> to_kind(v1::ParameterKind kind) {
  static_assert(v1::ParameterKind_MAX == static_cast<int>(kParameterKinds),
                "target.proto and kParameterRecords differ");
  if (kind < v1::WEIGHT || kind > v1::ParameterKind_MAX) return std::nullopt;
  return static_cast<ParameterKind>(kind - v1::WEIGHT);
}

v1::ParameterKind to_proto(ParameterKind kind) {
  return static_cast<v1::ParameterKind>(static_cast<int>(kind) + v1::WEIGHT);
}

tl::expected<Target, Diagnostics> to_target(const v1::Target& given) {
  return TargetReader(given).read();
}

}  // namespace vle::io
