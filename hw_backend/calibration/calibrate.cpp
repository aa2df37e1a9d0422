#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>
#include <vle/calibration/calibrate.hpp>

#include "routine.hpp"

namespace vle::calibration {
namespace {

Result<> check_device(const Backend& backend, const Target& target) {
  const DeviceInfo device = backend.info();
  if (!device.loads_maps) {
    return fail(ErrorCode::kUnsupported, "{} takes no parameter maps: there is nothing to calibrate", device.backend);
  }
  if (target.is_elastic()) {
    return fail(ErrorCode::kUnsupported, "{} is as large as its network: only a chip of fixed size can be calibrated",
                target.name);
  }
  if (target.find_shape(Activation::kLinear) == nullptr) {
    return fail(ErrorCode::kUnsupported, "{} has no LINEAR rate circuit, which every probe needs", target.name);
  }
  if (device.target_hash != target.hash) {
    return fail(ErrorCode::kInvalidInput, "the device is of target {:.12}, but the description given is {:.12}",
                device.target_hash, target.hash);
  }
  return {};
}

/// The routines asked for with all that they need, in order.
Result<std::vector<std::unique_ptr<Routine>>> choose_routines(const std::vector<std::string>& only) {
  std::vector<std::unique_ptr<Routine>> all = make_routines();
  if (only.empty()) return all;
  std::set<std::string_view> wanted(only.begin(), only.end());
  for (const std::string& name : only) {
    if (std::any_of(all.begin(), all.end(), [&](const auto& routine) { return routine->name() == name; })) continue;
    std::string known;
    for (const auto& routine : all) known += fmt::format("{}{}", known.empty() ? "" : ", ", routine->name());
    return fail(ErrorCode::kInvalidInput, "no routine \"{}\"; known: {}", name, known);
  }
  for (auto routine = all.rbegin(); routine != all.rend(); ++routine) {
    if (!wanted.contains((*routine)->name())) continue;
    for (const std::string_view need : (*routine)->needs()) wanted.insert(need);
  }
  std::erase_if(all, [&](const auto& routine) { return !wanted.contains(routine->name()); });
  return all;
}

/// What a routine leaves behind by which a later run knows that it is done.
bool is_done(std::string_view name, const Calibration& calibration) {
  const auto has_curve = [&](ParameterKind kind) {
    return std::any_of(calibration.curves.begin(), calibration.curves.end(), [kind](const CalibratedCurve& curve) {
      return curve.kind == kind && curve.state != CalibrationState::kDead;
    });
  };
  const auto has_offset = [&](OffsetKind kind) {
    return std::any_of(calibration.offsets.begin(), calibration.offsets.end(),
                       [kind](const CalibratedOffset& offset) { return offset.kind == kind; });
  };
  const auto has_synapses = [&](ParameterKind array) {
    return std::any_of(calibration.synapses.begin(), calibration.synapses.end(),
                       [array](const CalibratedSynapses& synapses) { return synapses.array == array; });
  };
  if (name == "adc") return has_offset(OffsetKind::kAdc);
  if (name == "offsets") return has_offset(OffsetKind::kS);
  if (name == "synapses") return has_synapses(ParameterKind::kWeight);
  if (name == "backward_synapses") return has_synapses(ParameterKind::kBackwardWeight);
  if (name == "membrane") return has_curve(ParameterKind::kTauU);
  if (name == "error_compartment") return has_curve(ParameterKind::kTauV);
  for (const ParameterRecord& record : kParameterRecords) {
    if (record.name == name) return has_curve(record.kind);
  }
  return false;
}

class Session {
 public:
  Session(Backend& backend, const Target& target, const CalibrateOptions& options)
      : bench_(backend, target), findings_(target), options_(options) {
    bench_.seed = options.seed;
    bench_.threads = options.threads;
    bench_.stop = options.stop;
    header_.tool_version = VLE_VERSION;
    header_.chip_id = backend.info().chip_id.value_or(0);
    header_.target_hash = target.hash;
    header_.temperature_kelvin = target.noise.temperature_kelvin;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    header_.measured_at_unix_seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    if (options.previous != nullptr) {
      findings_.read(*options.previous);
      earlier_seconds_ = options.previous->device_seconds;
    }
  }

  Result<CalibrationOutcome> run(const std::vector<std::unique_ptr<Routine>>& routines) {
    CalibrationOutcome outcome;
    std::size_t done = 0;
    for (const auto& routine : routines) {
      ++done;
      if (options_.previous != nullptr && is_done(routine->name(), *options_.previous)) continue;
      if (options_.budget_seconds > 0 && bench_.device_seconds() >= options_.budget_seconds) {
        outcome.left_out.emplace_back(routine->name());
        continue;
      }
      const auto start = std::chrono::steady_clock::now();
      const double device = bench_.device_seconds();
      const std::int64_t runs = bench_.runs();
      const Result<> ran = routine->run(bench_, options_.effort, findings_);
      if (!ran && ran.error().code == ErrorCode::kInterrupted) {
        outcome.interrupted = true;
        break;
      }
      if (!ran) return fail(ran.error().code, "routine {}: {}", routine->name(), ran.error().message);
      const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
      outcome.routines.push_back(
          {std::string(routine->name()), bench_.runs() - runs, bench_.device_seconds() - device, wall.count()});
      if (options_.progress) options_.progress(found(), std::string(routine->name()), done, routines.size());
    }
    outcome.calibration = found();
    return outcome;
  }

 private:
  Calibration found() const {
    Calibration calibration = header_;
    calibration.device_seconds = earlier_seconds_ + bench_.device_seconds();
    findings_.write(options_.first_neuron, options_.last_neuron, calibration);
    return calibration;
  }

  Bench bench_;
  Findings findings_;
  const CalibrateOptions& options_;
  Calibration header_;
  double earlier_seconds_ = 0;
};

}  // namespace

std::vector<std::string> routine_names() {
  std::vector<std::string> names;
  for (const auto& routine : make_routines()) names.emplace_back(routine->name());
  return names;
}

Result<CalibrationOutcome> calibrate(Backend& backend, const Target& target, const CalibrateOptions& options) {
  if (Result<> able = check_device(backend, target); !able) return tl::unexpected(able.error());
  if (options.previous != nullptr) {
    const auto own = check_calibration_of(*options.previous, target, backend.info().chip_id);
    if (!own) return tl::unexpected(own.error());
  }
  const auto routines = choose_routines(options.only);
  if (!routines) return tl::unexpected(routines.error());
  return Session(backend, target, options).run(*routines);
}

}  // namespace vle::calibration
