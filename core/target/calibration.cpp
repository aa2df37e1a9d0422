#include <algorithm>
#include <cmath>
#include <vle/digest/digest.hpp>
#include <vle/target/calibration.hpp>

namespace vle {
namespace {

template <class Element>
void add_place(Digest& digest, const Element& element) {
  digest.add(element.core).add(element.column);
}

}  // namespace

double CalibratedCurve::value(Lsb code) const {
  switch (curve) {
    case Dac::Kind::kLinear:
      return scale * code.code + offset;
    case Dac::Kind::kReciprocal:
      return scale / (code.code + offset);
    case Dac::Kind::kTable:
      return table[static_cast<std::size_t>(code.code)];
  }
  return 0;
}

double CalibratedCurve::error(Lsb code) const {
  double by_scale = code.code;
  double by_offset = 1;
  if (curve == Dac::Kind::kTable) return residual;
  if (curve == Dac::Kind::kReciprocal) {
    by_scale = 1 / (code.code + offset);
    by_offset = -scale * by_scale * by_scale;
  }
  return std::sqrt(std::max(0.0, by_scale * by_scale * covariance[0] + 2 * by_scale * by_offset * covariance[1] +
                                     by_offset * by_offset * covariance[3]));
}

std::string_view name_of(OffsetKind kind) {
  constexpr std::array<std::string_view, kOffsetKinds> kNames{"s", "r", "epsilon", "e", "adc"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string hash_of(const Calibration& calibration) {
  Digest digest;
  digest.add(std::string_view("calibration 1"))
      .add(std::string_view(calibration.tool_version))
      .add(calibration.chip_id)
      .add(std::string_view(calibration.target_hash))
      .add(calibration.measured_at_unix_seconds)
      .add(calibration.temperature_kelvin)
      .add(calibration.device_seconds);
  digest.add(calibration.curves.size());
  for (const CalibratedCurve& curve : calibration.curves) {
    add_place(digest.add(curve.kind), curve);
    digest.add(curve.range).add(curve.state).add(curve.curve).add(curve.scale).add(curve.offset);
    digest.add(std::span<const double>(curve.table)).add(std::span<const double>(curve.covariance));
    digest.add(curve.residual).add(curve.min_code).add(curve.max_code);
  }
  digest.add(calibration.offsets.size());
  for (const CalibratedOffset& offset : calibration.offsets) {
    add_place(digest.add(offset.kind), offset);
    digest.add(offset.value).add(offset.error);
  }
  digest.add(calibration.synapses.size());
  for (const CalibratedSynapses& synapses : calibration.synapses) {
    digest.add(synapses.array).add(synapses.core).add(synapses.rows).add(synapses.columns).add(synapses.error);
    const std::vector<double> factors(synapses.factor.begin(), synapses.factor.end());
    digest.add(std::span<const double>(factors));
    if (!synapses.has_linearity && synapses.stuck.empty()) continue;
    digest.add(synapses.stuck.size()).add(synapses.unjudged).add(synapses.nonlinearity);
    for (const StuckSynapse& stuck : synapses.stuck) {
      digest.add(stuck.row).add(stuck.column).add(stuck.bit).add(stuck.level);
    }
  }
  if (!calibration.rate_circuits.empty()) digest.add(calibration.rate_circuits.size());
  for (const CalibratedRateCircuit& circuit : calibration.rate_circuits) {
    add_place(digest, circuit);
    digest.add(circuit.slope).add(circuit.amplitude).add(std::span<const double>(circuit.covariance));
    digest.add(circuit.residual);
  }
  return digest.hex();
}

Result<> check_calibration_of(const Calibration& calibration, const Target& target,
                              std::optional<std::uint64_t> chip_id) {
  if (calibration.target_hash != target.hash) {
    return fail(ErrorCode::kInvalidInput,
                "the calibration is of target {:.12}, but {} is {:.12}: the description changed since, or it is "
                "another; calibrate again",
                calibration.target_hash, target.name, target.hash);
  }
  if (chip_id && calibration.chip_id != *chip_id) {
    return fail(ErrorCode::kInvalidInput, "the calibration is of chip {}, but this is chip {}; use that chip's own",
                calibration.chip_id, *chip_id);
  }
  for (const CalibratedSynapses& synapses : calibration.synapses) {
    const int bits = target.dac(synapses.array).register_bits();
    for (const StuckSynapse& stuck : synapses.stuck) {
      if (stuck.bit < bits) continue;
      return fail(ErrorCode::kInvalidInput, "the calibration says that bit {} of a {} is stuck, which has bits 0 to {}",
                  stuck.bit, record_of(synapses.array).name, bits - 1);
    }
  }
  return {};
}

}  // namespace vle
