#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <vle/io/files.hpp>

#include "binary_message.hpp"
#include "calibration_proto.hpp"
#include "file_bytes.hpp"
#include "source_text.hpp"
#include "target_proto.hpp"
#include "vle/v1/calibration.pb.h"

namespace vle {
namespace {

constexpr int kHashDigits = 64;
constexpr int kMaxCode = 0xFFFF;

class CalibrationCheck {
 public:
  Diagnostics run(const v1::Calibration& given) {
    require(given.format_version() == io::kCalibrationFormatVersion, "format_version",
            "format_version = {}; this program reads {}", given.format_version(), io::kCalibrationFormatVersion);
    const std::string& hash = given.target_hash();
    require(hash.size() == kHashDigits && hash.find_first_not_of("0123456789abcdef") == std::string::npos,
            "target_hash", "target_hash \"{}\" must be {} hexadecimal digits", hash.substr(0, 80), kHashDigits);
    require(given.temperature_kelvin() >= 0, "temperature_kelvin", "temperature_kelvin = {} must not be negative",
            given.temperature_kelvin());
    require(given.device_seconds() >= 0, "device_seconds", "device_seconds = {} must not be negative",
            given.device_seconds());
    require(given.parameter_size() + given.offset_size() + given.synapses_size() + given.rate_circuit_size() > 0,
            "parameter", "holds no parameter");
    for (int i = 0; i < given.parameter_size(); ++i)
      check_parameter(given.parameter(i), fmt::format("parameter[{}]", i));
    for (int i = 0; i < given.offset_size(); ++i) check_offset(given.offset(i), fmt::format("offset[{}]", i));
    for (int i = 0; i < given.synapses_size(); ++i) check_synapses(given.synapses(i), fmt::format("synapses[{}]", i));
    for (int i = 0; i < given.rate_circuit_size(); ++i) {
      check_rate_circuit(given.rate_circuit(i), fmt::format("rate_circuit[{}]", i));
    }
    return std::move(mistakes_);
  }

 private:
  template <class... Args>
  void require(bool ok, const std::string& path, fmt::format_string<Args...> format, Args&&... args) {
    if (!ok) mistakes_.push_back({path, fmt::format(format, std::forward<Args>(args)...)});
  }

  void check_parameter(const v1::CalibratedParameter& given, const std::string& path) {
    const std::optional<ParameterKind> kind = io::to_kind(given.kind());
    if (!kind) return require(false, path + ".kind", "{}: kind is missing or not a known parameter kind", path);
    const std::string object =
        fmt::format("{} of core {}, column {}", record_of(*kind).name, given.core(), given.column());
    const auto key = std::make_tuple(given.kind(), given.core(), given.column(), given.range());
    require(seen_.insert(key).second, path, "{}: range {} is there twice", object, given.range());
    require(given.state() > v1::CALIBRATION_STATE_UNSPECIFIED && given.state() <= v1::DEAD, path + ".state",
            "{}: state must be GOOD, OUT_OF_RANGE or DEAD", object);
    require(given.min_code() <= given.max_code() && given.min_code() >= -kMaxCode && given.max_code() <= kMaxCode,
            path + ".min_code", "{}: codes {}..{} are not a range within -{}..{}", object, given.min_code(),
            given.max_code(), kMaxCode, kMaxCode);
    require(given.residual() >= 0, path + ".residual", "{}: residual = {} must not be negative", object,
            given.residual());
    check_curve(given, path, object);
    check_covariance(given.covariance(), path, object);
  }

  void check_curve(const v1::CalibratedParameter& given, const std::string& path, const std::string& object) {
    if (given.state() == v1::DEAD) return;
    switch (given.curve_case()) {
      case v1::CalibratedParameter::kLinear:
        return require(given.linear().scale() != 0, path + ".linear", "{}: linear.scale must not be 0", object);
      case v1::CalibratedParameter::kReciprocal:
        require(given.reciprocal().scale() > 0, path + ".reciprocal", "{}: reciprocal.scale = {} must be above 0",
                object, given.reciprocal().scale());
        return require(given.min_code() + given.reciprocal().offset() > 0, path + ".reciprocal",
                       "{}: min_code + offset = {} must be above 0", object,
                       given.min_code() + given.reciprocal().offset());
      case v1::CalibratedParameter::kTable:
        return require(given.min_code() >= 0 && given.table().value_size() > given.max_code(), path + ".table",
                       "{}: the table has {} values for codes {}..{}", object, given.table().value_size(),
                       given.min_code(), given.max_code());
      case v1::CalibratedParameter::CURVE_NOT_SET:
        return require(false, path, "{}: needs a curve: linear, reciprocal or table", object);
    }
  }

  template <class Values>
  void check_covariance(const Values& given, const std::string& path, const std::string& object) {
    const int size = given.size();
    if (size == 0) return;
    constexpr int kCoefficients = 2;
    if (size != kCoefficients * kCoefficients) {
      return require(false, path + ".covariance", "{}: covariance has {} values, needs {}", object, size,
                     kCoefficients * kCoefficients);
    }
    require(given[0] >= 0 && given[3] >= 0 && given[1] == given[2], path + ".covariance",
            "{}: covariance must be symmetric with a diagonal that is not negative", object);
  }

  void check_offset(const v1::CalibratedOffset& given, const std::string& path) {
    require(given.kind() >= v1::OFFSET_S && given.kind() <= v1::OFFSET_ADC, path + ".kind",
            "{}: kind is missing or not a known one", path);
    require(given.error() >= 0, path + ".error", "{}: error = {} must not be negative", path, given.error());
  }

  void check_synapses(const v1::CalibratedSynapses& given, const std::string& path) {
    require(given.array() == v1::WEIGHT || given.array() == v1::BACKWARD_WEIGHT, path + ".array",
            "{}: array must be WEIGHT or BACKWARD_WEIGHT", path);
    require(arrays_.emplace(given.array(), given.core()).second, path, "{}: this array of core {} is there twice", path,
            given.core());
    const std::uint64_t needed = std::uint64_t{given.rows()} * given.columns();
    require(needed == static_cast<std::uint64_t>(given.factor_size()), path + ".factor",
            "{}: {} factors for {} rows and {} columns", path, given.factor_size(), given.rows(), given.columns());
    require(given.nonlinearity() >= 0, path + ".nonlinearity", "{}: nonlinearity = {} must not be negative", path,
            given.nonlinearity());
    constexpr std::uint32_t kRegisterBits = 16;
    std::set<std::pair<std::uint32_t, std::uint32_t>> places;
    for (int i = 0; i < given.stuck_size(); ++i) {
      const v1::StuckSynapse& stuck = given.stuck(i);
      const std::string own = fmt::format("{}.stuck[{}]", path, i);
      require(stuck.row() < given.rows() && stuck.column() < given.columns(), own,
              "{}: row {}, column {} is not one of {} rows and {} columns", own, stuck.row(), stuck.column(),
              given.rows(), given.columns());
      require(stuck.bit() < kRegisterBits && stuck.level() <= 1, own,
              "{}: bit {} at level {}; a register has bits 0..{} at 0 or 1", own, stuck.bit(), stuck.level(),
              kRegisterBits - 1);
      require(places.emplace(stuck.row(), stuck.column()).second, own, "{}: row {}, column {} is there twice", own,
              stuck.row(), stuck.column());
    }
  }

  void check_rate_circuit(const v1::CalibratedRateCircuit& given, const std::string& path) {
    const std::string object = fmt::format("{}: core {}, column {}", path, given.core(), given.column());
    require(rate_circuits_.emplace(given.core(), given.column()).second, path, "{} is there twice", object);
    require(given.slope() > 0 && given.amplitude() > 0, path, "{}: slope = {} and amplitude = {} must be above 0",
            object, given.slope(), given.amplitude());
    require(given.residual() >= 0, path + ".residual", "{}: residual = {} must not be negative", object,
            given.residual());
    check_covariance(given.covariance(), path, object);
  }

  Diagnostics mistakes_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> rate_circuits_;
  std::set<std::tuple<int, std::uint32_t, std::uint32_t, std::uint32_t>> seen_;
  std::set<std::pair<int, std::uint32_t>> arrays_;
};

tl::unexpected<Error> error_of_binary(const std::string& path, const Diagnostics& mistakes) {
  std::string text;
  for (std::size_t i = 0; i < std::min(mistakes.size(), kMaxReportedErrors); ++i) {
    text += fmt::format("{}{}: {}: {}", i == 0 ? "" : "\n", path, mistakes[i].path, mistakes[i].message);
  }
  if (mistakes.size() > kMaxReportedErrors) {
    text += fmt::format("\n{}: ... and {} more", path, mistakes.size() - kMaxReportedErrors);
  }
  return fail(ErrorCode::kInvalidInput, "{}", text);
}

}  // namespace

Result<Calibration> read_calibration(const std::string& path) {
  constexpr std::int64_t kMaxBinaryBytes = std::int64_t{1} << 30;
  const std::string extension = io::extension_of(path);
  const bool is_text = extension == ".textproto" || extension == ".json";
  const Result<std::string> bytes = io::read_bytes(path, is_text ? kMaxTextBytes : kMaxBinaryBytes);
  if (!bytes) return tl::unexpected(bytes.error());
  v1::Calibration given;
  io::SourceText source;
  if (is_text) {
    if (Result<> parsed = source.parse(*bytes, path, given); !parsed) return tl::unexpected(parsed.error());
  } else if (io::kind_of_binary(*bytes) != FileKind::kCalibration || !io::parse_quietly(*bytes, given)) {
    return fail(ErrorCode::kInvalidInput, "{}: is not a calibration, or is cut off", path);
  }
  const Diagnostics mistakes = io::join_values(io::check_values(given), CalibrationCheck().run(given));
  if (!mistakes.empty()) return is_text ? source.error_of(mistakes) : error_of_binary(path, mistakes);
  return io::to_calibration(given);
}

Result<CalibrationSummary> check_calibration(const std::string& path) {
  const Result<Calibration> calibration = read_calibration(path);
  if (!calibration) return tl::unexpected(calibration.error());
  return CalibrationSummary{calibration->chip_id, calibration->target_hash,
                            static_cast<std::int64_t>(calibration->curves.size())};
}

}  // namespace vle
