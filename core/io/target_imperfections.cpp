#include <array>

#include "target_proto.hpp"

namespace vle::io {
namespace {

/// A value of the schema and what stands for it in plain data.
template <class Proto, class Plain>
struct Pair {
  Proto proto;
  Plain plain;
};

constexpr Pair<v1::Deviation::Distribution, Deviation::Distribution> kDistributions[] = {
    {v1::Deviation::NORMAL, Deviation::Distribution::kNormal},
    {v1::Deviation::LOG_NORMAL, Deviation::Distribution::kLogNormal},
    {v1::Deviation::UNIFORM, Deviation::Distribution::kUniform}};
constexpr Pair<v1::Deviation::Scaling, Deviation::Scaling> kScalings[] = {
    {v1::Deviation::PROPORTIONAL, Deviation::Scaling::kProportional},
    {v1::Deviation::ADDITIVE, Deviation::Scaling::kAdditive}};
constexpr Pair<v1::Deviation::Kind, Deviation::Kind> kKinds[] = {{v1::Deviation::FROZEN, Deviation::Kind::kFrozen},
                                                                 {v1::Deviation::PER_RUN, Deviation::Kind::kPerRun},
                                                                 {v1::Deviation::TEMPORAL, Deviation::Kind::kTemporal}};
constexpr Pair<v1::ConverterErrors::Architecture, ConverterErrors::Architecture> kArchitectures[] = {
    {v1::ConverterErrors::UNIT_ELEMENTS, ConverterErrors::Architecture::kUnitElements},
    {v1::ConverterErrors::RAMP, ConverterErrors::Architecture::kRamp}};

/// Leaves `into` as it is where the value is unspecified; a mistake where it is unknown.
template <class Proto, class Plain, std::size_t n>
void read_choice(const Pair<Proto, Plain> (&pairs)[n], int given, Plain& into, const std::string& path,
                 Diagnostics& mistakes) {
  if (given == 0) return;
  for (const auto& pair : pairs) {
    if (static_cast<int>(pair.proto) != given) continue;
    into = pair.plain;
    return;
  }
  mistakes.push_back({path, fmt::format("{} has the value {}, which is not known", path, given)});
}

template <class Proto, class Plain, std::size_t n>
Proto proto_of(const Pair<Proto, Plain> (&pairs)[n], Plain plain) {
  return std::find_if(std::begin(pairs), std::end(pairs), [plain](const auto& pair) { return pair.plain == plain; })
      ->proto;
}

void read_deviation(const v1::Deviation& given, const std::string& path, Deviation& deviation, Diagnostics& mistakes) {
  deviation.sigma = given.sigma();
  read_choice(kDistributions, given.distribution(), deviation.distribution, path + ".distribution", mistakes);
  read_choice(kScalings, given.scaling(), deviation.scaling, path + ".scaling", mistakes);
  read_choice(kKinds, given.kind(), deviation.kind, path + ".kind", mistakes);
}

void write_deviation(const Deviation& deviation, v1::Deviation& out) {
  out.set_distribution(proto_of(kDistributions, deviation.distribution));
  out.set_sigma(deviation.sigma);
  out.set_scaling(proto_of(kScalings, deviation.scaling));
  out.set_kind(proto_of(kKinds, deviation.kind));
}

void read_mismatch(const v1::Target& given, Target& target, Diagnostics& mistakes) {
  std::array<bool, kParameterKinds> has_mismatch{};
  for (int i = 0; i < given.mismatch_size(); ++i) {
    const v1::ParameterMismatch& mismatch = given.mismatch(i);
    const std::string path = fmt::format("mismatch[{}]", i);
    const std::optional<ParameterKind> kind = to_kind(mismatch.kind());
    if (!kind) {
      mistakes.push_back({path + ".kind", fmt::format("{}.kind is missing or not a known parameter kind", path)});
      continue;
    }
    const auto slot = static_cast<std::size_t>(*kind);
    if (has_mismatch[slot]) {
      mistakes.push_back({path, fmt::format("mismatch of {} is there twice", record_of(*kind).name)});
    }
    has_mismatch[slot] = true;
    read_deviation(mismatch.mismatch(), path + ".mismatch", target.mismatch[slot], mistakes);
  }
}

void read_drift(const v1::Drift& given, Drift& drift, Diagnostics& mistakes) {
  drift.leakage_amperes = given.leakage_amperes();
  read_deviation(given.leakage(), "drift.leakage", drift.leakage, mistakes);
  drift.leakage_doubling_kelvin = given.leakage_doubling_kelvin();
  drift.droop_per_second = given.droop_per_second();
  read_deviation(given.droop(), "drift.droop", drift.droop, mistakes);
  drift.refresh_period_seconds = given.refresh_period_seconds();
  drift.tau = {given.tau().mean_per_kelvin(), given.tau().sigma_per_kelvin()};
  drift.gain = {given.gain().mean_per_kelvin(), given.gain().sigma_per_kelvin()};
  drift.offset = {given.offset().mean_per_kelvin(), given.offset().sigma_per_kelvin()};
}

void write_coefficient(const TemperatureCoefficient& coefficient, v1::TemperatureCoefficient& out) {
  out.set_mean_per_kelvin(coefficient.mean);
  out.set_sigma_per_kelvin(coefficient.sigma);
}

void write_drift(const Drift& drift, v1::Drift& out) {
  out.set_leakage_amperes(drift.leakage_amperes);
  write_deviation(drift.leakage, *out.mutable_leakage());
  out.set_leakage_doubling_kelvin(drift.leakage_doubling_kelvin);
  out.set_droop_per_second(drift.droop_per_second);
  write_deviation(drift.droop, *out.mutable_droop());
  out.set_refresh_period_seconds(drift.refresh_period_seconds);
  write_coefficient(drift.tau, *out.mutable_tau());
  write_coefficient(drift.gain, *out.mutable_gain());
  write_coefficient(drift.offset, *out.mutable_offset());
}

}  // namespace

Converter read_converter(const v1::Converter& given, const std::string& path, Diagnostics& mistakes) {
  Converter converter{to_int(given.bits()), given.range(), given.clocks()};
  const v1::ConverterErrors& errors = given.errors();
  read_choice(kArchitectures, errors.architecture(), converter.errors.architecture, path + ".errors.architecture",
              mistakes);
  converter.errors.unit_sigma = errors.unit_sigma();
  converter.errors.ramp_bow_lsb = errors.ramp_bow_lsb();
  converter.errors.shared = errors.shared();
  converter.errors.skew_seconds = errors.skew_seconds();
  converter.errors.inl_lsb.assign(errors.inl_lsb().begin(), errors.inl_lsb().end());
  return converter;
}

void write_converter(const Converter& converter, v1::Converter& out) {
  out.set_bits(static_cast<std::uint32_t>(converter.bits));
  out.set_range(converter.range);
  out.set_clocks(static_cast<std::uint32_t>(converter.clocks));
  v1::ConverterErrors& errors = *out.mutable_errors();
  errors.set_architecture(proto_of(kArchitectures, converter.errors.architecture));
  errors.set_unit_sigma(converter.errors.unit_sigma);
  errors.set_ramp_bow_lsb(converter.errors.ramp_bow_lsb);
  errors.set_shared(converter.errors.shared);
  errors.set_skew_seconds(converter.errors.skew_seconds);
  errors.mutable_inl_lsb()->Assign(converter.errors.inl_lsb.begin(), converter.errors.inl_lsb.end());
}

Diagnostics read_imperfections(const v1::Target& given, Target& target) {
  Diagnostics mistakes;
  read_mismatch(given, target, mistakes);
  const v1::Offsets& offsets = given.offsets();
  read_deviation(offsets.s(), "offsets.s", target.offsets.s, mistakes);
  read_deviation(offsets.r(), "offsets.r", target.offsets.r, mistakes);
  read_deviation(offsets.epsilon(), "offsets.epsilon", target.offsets.epsilon, mistakes);
  read_deviation(offsets.e(), "offsets.e", target.offsets.e, mistakes);
  read_deviation(offsets.adc(), "offsets.adc", target.offsets.adc, mistakes);
  read_deviation(given.rate_circuits().slope(), "rate_circuits.slope", target.rate_circuits.slope, mistakes);
  read_deviation(given.rate_circuits().amplitude(), "rate_circuits.amplitude", target.rate_circuits.amplitude,
                 mistakes);
  target.noise.noise_factor = 0;
  if (given.has_noise()) {
    const v1::Noise& noise = given.noise();
    target.noise = {noise.capacitance_farads(), noise.temperature_kelvin(), noise.noise_factor(),
                    noise.adc_sigma_lsb()};
  }
  read_drift(given.drift(), target.drift, mistakes);
  target.defects = {given.defects().dead_neuron_probability(), given.defects().stuck_bit_probability()};
  return mistakes;
}

void write_imperfections(const Target& target, v1::Target& out) {
  for (const ParameterRecord& record : kParameterRecords) {
    v1::ParameterMismatch& mismatch = *out.add_mismatch();
    mismatch.set_kind(to_proto(record.kind));
    write_deviation(target.mismatch[static_cast<std::size_t>(record.kind)], *mismatch.mutable_mismatch());
  }
  v1::Offsets& offsets = *out.mutable_offsets();
  write_deviation(target.offsets.s, *offsets.mutable_s());
  write_deviation(target.offsets.r, *offsets.mutable_r());
  write_deviation(target.offsets.epsilon, *offsets.mutable_epsilon());
  write_deviation(target.offsets.e, *offsets.mutable_e());
  write_deviation(target.offsets.adc, *offsets.mutable_adc());
  if (target.rate_circuits.deviate()) {
    write_deviation(target.rate_circuits.slope, *out.mutable_rate_circuits()->mutable_slope());
    write_deviation(target.rate_circuits.amplitude, *out.mutable_rate_circuits()->mutable_amplitude());
  }
  v1::Noise& noise = *out.mutable_noise();
  noise.set_capacitance_farads(target.noise.capacitance_farads);
  noise.set_temperature_kelvin(target.noise.temperature_kelvin);
  noise.set_noise_factor(target.noise.noise_factor);
  noise.set_adc_sigma_lsb(target.noise.adc_sigma_lsb);
  write_drift(target.drift, *out.mutable_drift());
  out.mutable_defects()->set_dead_neuron_probability(target.defects.dead_neuron);
  out.mutable_defects()->set_stuck_bit_probability(target.defects.stuck_bit);
}

}  // namespace vle::io
