#include <algorithm>
#include <vle/io/files.hpp>
#include <vle/result/check.hpp>

#include "calibration_proto.hpp"
#include "declared_type.hpp"
#include "target_proto.hpp"

namespace vle {
namespace io {
namespace {

void read_curve(const v1::CalibratedParameter& given, CalibratedCurve& curve) {
  switch (given.curve_case()) {
    case v1::CalibratedParameter::kLinear:
      curve.curve = Dac::Kind::kLinear;
      curve.scale = given.linear().scale();
      curve.offset = given.linear().offset();
      return;
    case v1::CalibratedParameter::kReciprocal:
      curve.curve = Dac::Kind::kReciprocal;
      curve.scale = given.reciprocal().scale();
      curve.offset = given.reciprocal().offset();
      return;
    case v1::CalibratedParameter::kTable:
      curve.curve = Dac::Kind::kTable;
      curve.table.assign(given.table().value().begin(), given.table().value().end());
      return;
    case v1::CalibratedParameter::CURVE_NOT_SET:
      return;
  }
}

CalibratedCurve to_curve(const v1::CalibratedParameter& given) {
  CalibratedCurve curve;
  curve.kind = *to_kind(given.kind());
  curve.core = given.core();
  curve.column = given.column();
  curve.range = static_cast<int>(given.range());
  curve.state = static_cast<CalibrationState>(static_cast<int>(given.state()) - v1::GOOD);
  read_curve(given, curve);
  for (int i = 0; i < given.covariance_size(); ++i) curve.covariance[static_cast<std::size_t>(i)] = given.covariance(i);
  curve.residual = given.residual();
  curve.min_code = given.min_code();
  curve.max_code = given.max_code();
  return curve;
}

void write_curve(const CalibratedCurve& curve, v1::CalibratedParameter& out) {
  out.set_kind(to_proto(curve.kind));
  out.set_core(curve.core);
  out.set_column(curve.column);
  out.set_range(static_cast<std::uint32_t>(curve.range));
  out.set_state(static_cast<v1::CalibrationState>(static_cast<int>(curve.state) + v1::GOOD));
  switch (curve.curve) {
    case Dac::Kind::kLinear:
      out.mutable_linear()->set_scale(curve.scale);
      out.mutable_linear()->set_offset(curve.offset);
      break;
    case Dac::Kind::kReciprocal:
      out.mutable_reciprocal()->set_scale(curve.scale);
      out.mutable_reciprocal()->set_offset(curve.offset);
      break;
    case Dac::Kind::kTable:
      out.mutable_table()->mutable_value()->Assign(curve.table.begin(), curve.table.end());
      break;
  }
  out.mutable_covariance()->Assign(curve.covariance.begin(), curve.covariance.end());
  out.set_residual(curve.residual);
  out.set_min_code(curve.min_code);
  out.set_max_code(curve.max_code);
}

}  // namespace

Calibration to_calibration(const v1::Calibration& given) {
  Calibration calibration;
  calibration.tool_version = given.tool_version();
  calibration.chip_id = given.chip_id();
  calibration.target_hash = given.target_hash();
  calibration.measured_at_unix_seconds = given.measured_at_unix_seconds();
  calibration.temperature_kelvin = given.temperature_kelvin();
  calibration.device_seconds = given.device_seconds();
  for (const v1::CalibratedParameter& curve : given.parameter()) calibration.curves.push_back(to_curve(curve));
  for (const v1::CalibratedOffset& offset : given.offset()) {
    const auto kind = static_cast<OffsetKind>(static_cast<int>(offset.kind()) - v1::OFFSET_S);
    calibration.offsets.push_back({kind, offset.core(), offset.column(), offset.value(), offset.error()});
  }
  for (const v1::CalibratedSynapses& synapses : given.synapses()) {
    calibration.synapses.push_back({*to_kind(synapses.array()),
                                    synapses.core(),
                                    synapses.rows(),
                                    synapses.columns(),
                                    {synapses.factor().begin(), synapses.factor().end()},
                                    synapses.error(),
                                    synapses.has_linearity(),
                                    {},
                                    synapses.unjudged(),
                                    synapses.nonlinearity()});
    for (const v1::StuckSynapse& stuck : synapses.stuck()) {
      calibration.synapses.back().stuck.push_back(
          {stuck.row(), stuck.column(), static_cast<int>(stuck.bit()), static_cast<int>(stuck.level())});
    }
  }
  for (const v1::CalibratedRateCircuit& given_circuit : given.rate_circuit()) {
    CalibratedRateCircuit circuit{given_circuit.core(), given_circuit.column(), given_circuit.slope(),
                                  given_circuit.amplitude()};
    std::copy(given_circuit.covariance().begin(), given_circuit.covariance().end(), circuit.covariance.begin());
    circuit.residual = given_circuit.residual();
    calibration.rate_circuits.push_back(circuit);
  }
  return calibration;
}

v1::Calibration to_proto(const Calibration& calibration) {
  v1::Calibration out;
  out.set_format_version(kCalibrationFormatVersion);
  out.set_tool_version(calibration.tool_version);
  out.set_chip_id(calibration.chip_id);
  out.set_target_hash(calibration.target_hash);
  out.set_measured_at_unix_seconds(calibration.measured_at_unix_seconds);
  out.set_temperature_kelvin(calibration.temperature_kelvin);
  out.set_device_seconds(calibration.device_seconds);
  for (const CalibratedCurve& curve : calibration.curves) write_curve(curve, *out.add_parameter());
  for (const CalibratedOffset& offset : calibration.offsets) {
    v1::CalibratedOffset& written = *out.add_offset();
    written.set_kind(static_cast<v1::OffsetKind>(static_cast<int>(offset.kind) + v1::OFFSET_S));
    written.set_core(offset.core);
    written.set_column(offset.column);
    written.set_value(offset.value);
    written.set_error(offset.error);
  }
  for (const CalibratedSynapses& synapses : calibration.synapses) {
    v1::CalibratedSynapses& written = *out.add_synapses();
    written.set_array(to_proto(synapses.array));
    written.set_core(synapses.core);
    written.set_rows(synapses.rows);
    written.set_columns(synapses.columns);
    written.mutable_factor()->Assign(synapses.factor.begin(), synapses.factor.end());
    written.set_error(synapses.error);
    written.set_has_linearity(synapses.has_linearity);
    written.set_unjudged(synapses.unjudged);
    written.set_nonlinearity(synapses.nonlinearity);
    for (const StuckSynapse& stuck : synapses.stuck) {
      v1::StuckSynapse& out_stuck = *written.add_stuck();
      out_stuck.set_row(stuck.row);
      out_stuck.set_column(stuck.column);
      out_stuck.set_bit(static_cast<std::uint32_t>(stuck.bit));
      out_stuck.set_level(static_cast<std::uint32_t>(stuck.level));
    }
  }
  for (const CalibratedRateCircuit& circuit : calibration.rate_circuits) {
    v1::CalibratedRateCircuit& written = *out.add_rate_circuit();
    written.set_core(circuit.core);
    written.set_column(circuit.column);
    written.set_slope(circuit.slope);
    written.set_amplitude(circuit.amplitude);
    written.mutable_covariance()->Assign(circuit.covariance.begin(), circuit.covariance.end());
    written.set_residual(circuit.residual);
  }
  return out;
}

}  // namespace io

Result<> write_calibration(const std::string& path, const Calibration& calibration) {
  std::string bytes;
  VLE_CHECK(io::to_proto(calibration).SerializeToString(&bytes), "a calibration cannot be serialised");
  return write_file(path, bytes);
}

}  // namespace vle
