#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vle/calibration/calibrate.hpp>

#include "budget.hpp"
#include "drift_check.hpp"
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

/// What an earlier run left behind, and for which neurons.
class Earlier {
 public:
  Earlier(const Calibration& calibration, const Target& target) : columns_(static_cast<std::size_t>(target.columns)) {
    for (const CalibratedCurve& curve : calibration.curves) {
      const std::size_t neuron = curve.core * columns_ + curve.column;
      if (curve.state == CalibrationState::kDead) dead_.insert(neuron);
      curves_[curve.kind].insert(neuron);
    }
    for (const CalibratedOffset& offset : calibration.offsets) {
      offsets_[offset.kind].insert(offset.core * columns_ + offset.column);
    }
    for (const CalibratedSynapses& synapses : calibration.synapses) {
      arrays_.insert(synapses.array);
      if (synapses.has_linearity) linear_arrays_.insert(synapses.array);
    }
    for (const CalibratedRateCircuit& circuit : calibration.rate_circuits) {
      rate_circuits_.insert(circuit.core * columns_ + circuit.column);
    }
  }

  /// All that the routine would find of the neurons [first, last] is there.
  bool has(std::string_view routine, std::size_t first, std::size_t last) const {
    if (routine == "adc") return covers(offsets_, OffsetKind::kAdc, first, last);
    if (routine == "offsets") return covers(offsets_, OffsetKind::kS, first, last);
    if (routine == "synapses") return arrays_.contains(ParameterKind::kWeight);
    if (routine == "backward_synapses") return arrays_.contains(ParameterKind::kBackwardWeight);
    if (routine == "weight_linearity") return linear_arrays_.size() == 2;
    if (routine == "phi") return covers(rate_circuits_, first, last);
    if (routine == "membrane") return covers(curves_, ParameterKind::kTauU, first, last);
    if (routine == "error_compartment") return covers(curves_, ParameterKind::kTauV, first, last);
    // Who is dead was found out before any curve was.
    if (routine == "responses") {
      return std::any_of(curves_.begin(), curves_.end(),
                         [&](const auto& entry) { return covers(curves_, entry.first, first, last); });
    }
    for (const ParameterRecord& record : kParameterRecords) {
      if (record.name == routine) return covers(curves_, record.kind, first, last);
    }
    return false;
  }

 private:
  template <class Kind>
  bool covers(const std::map<Kind, std::set<std::size_t>>& found, Kind kind, std::size_t first,
              std::size_t last) const {
    const auto of_kind = found.find(kind);
    return of_kind != found.end() && covers(of_kind->second, first, last);
  }

  bool covers(const std::set<std::size_t>& found, std::size_t first, std::size_t last) const {
    for (std::size_t neuron = first; neuron <= last; ++neuron) {
      if (!found.contains(neuron) && !dead_.contains(neuron)) return false;
    }
    return true;
  }

  std::size_t columns_;
  std::set<std::size_t> dead_;
  std::map<ParameterKind, std::set<std::size_t>> curves_;
  std::map<OffsetKind, std::set<std::size_t>> offsets_;
  std::set<ParameterKind> arrays_;
  std::set<ParameterKind> linear_arrays_;
  std::set<std::size_t> rate_circuits_;
};

/// First and last of the neurons that are to be measured.
std::pair<std::size_t, std::size_t> neurons_of(const CalibrateOptions& options, const Target& target) {
  const auto neurons = static_cast<std::size_t>(target.max_cores() * target.columns);
  const std::size_t last = std::min(options.last_neuron, neurons - 1);
  return {std::min(options.first_neuron, last), last};
}

Result<> check_names(const std::vector<std::string>& names, const std::vector<std::unique_ptr<Routine>>& all) {
  for (const std::string& name : names) {
    if (std::any_of(all.begin(), all.end(), [&](const auto& routine) { return routine->name() == name; })) continue;
    std::string known;
    for (const auto& routine : all) known += fmt::format("{}{}", known.empty() ? "" : ", ", routine->name());
    return fail(ErrorCode::kInvalidInput, "no routine \"{}\"; known: {}", name, known);
  }
  return {};
}

/// The routines asked for, and what they need of others, in order: what an earlier run has found is not measured again,
/// nor what only that would need.
Result<std::vector<std::unique_ptr<Routine>>> choose_routines(const CalibrateOptions& options, const Target& target) {
  std::vector<std::unique_ptr<Routine>> all = make_routines();
  if (Result<> known = check_names(options.only, all); !known) return tl::unexpected(known.error());
  const auto [first, last] = neurons_of(options, target);
  std::optional<Earlier> earlier;
  if (options.previous != nullptr) earlier.emplace(*options.previous, target);
  std::set<std::string_view> wanted(options.only.begin(), options.only.end());
  for (auto routine = all.rbegin(); routine != all.rend(); ++routine) {
    const std::string_view name = (*routine)->name();
    const bool is_wanted = options.only.empty() ? (*routine)->is_usual(target) : wanted.contains(name);
    if (!is_wanted || (earlier && earlier->has(name, first, last))) {
      routine->reset();
      continue;
    }
    for (const std::string_view need : (*routine)->needs()) wanted.insert(need);
  }
  std::erase(all, nullptr);
  return all;
}

class Session {
 public:
  Session(Backend& backend, const Target& target, const CalibrateOptions& options, double effort)
      : bench_(backend, target), findings_(target), options_(options), effort_(effort) {
    bench_.seed = options.seed;
    bench_.threads = options.threads;
    bench_.stop = options.stop;
    std::tie(first_, last_) = neurons_of(options, target);
    header_.tool_version = VLE_VERSION;
    header_.chip_id = backend.info().chip_id.value_or(0);
    header_.target_hash = target.hash;
    header_.temperature_kelvin =
        options.temperature_kelvin > 0 ? options.temperature_kelvin : target.noise.temperature_kelvin;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    header_.measured_at_unix_seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    if (options.previous != nullptr) {
      findings_.read(*options.previous);
      earlier_seconds_ = options.previous->device_seconds;
    }
  }

  Result<CalibrationOutcome> run(const std::vector<std::unique_ptr<Routine>>& routines) {
    outcome_.effort = effort_;
    total_ = routines.size();
    if (Result<> ran = measure(routines); !ran && ran.error().code != ErrorCode::kInterrupted) {
      return tl::unexpected(ran.error());
    } else if (!ran) {
      outcome_.interrupted = true;
    }
    outcome_.calibration = found();
    return std::move(outcome_);
  }

 private:
  Result<> measure(const std::vector<std::unique_ptr<Routine>>& routines) {
    if (routines.empty()) return {};
    const auto before = look_for_drift(bench_);
    if (!before) return tl::unexpected(before.error());
    for (const auto& routine : routines) {
      if (Result<> ran = run_one(*routine); !ran) return ran;
    }
    return repeat_what_moved(routines, *before);
  }

  /// A chip that is not what it was when the first routine began: those routines run again whose signals have moved.
  Result<> repeat_what_moved(const std::vector<std::unique_ptr<Routine>>& routines, const DriftSnapshot& before) {
    const auto after = look_for_drift(bench_);
    if (!after) return tl::unexpected(after.error());
    const std::set<Signal> moved = moved_signals(before, *after);
    if (moved.empty()) return {};
    for (const auto& routine : routines) {
      const std::vector<Signal> watched = routine->watched();
      const bool concerned =
          std::any_of(watched.begin(), watched.end(), [&](Signal signal) { return moved.contains(signal); });
      if (!concerned) continue;
      outcome_.repeated.emplace_back(routine->name());
      if (Result<> ran = run_one(*routine); !ran) return ran;
    }
    const auto again = look_for_drift(bench_);
    if (!again) return tl::unexpected(again.error());
    for (const Signal signal : moved_signals(*after, *again)) outcome_.drifting.emplace_back(name_of(signal));
    return {};
  }

  Result<> run_one(const Routine& routine) {
    if (options_.budget_seconds > 0 && bench_.device_seconds() >= options_.budget_seconds) {
      outcome_.left_out.emplace_back(routine.name());
      return {};
    }
    const auto start = std::chrono::steady_clock::now();
    const double device = bench_.device_seconds();
    const std::int64_t runs = bench_.runs();
    if (Result<> ran = routine.run(bench_, effort_, findings_); !ran) {
      return fail(ran.error().code, "routine {}: {}", routine.name(), ran.error().message);
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    outcome_.routines.push_back(
        {std::string(routine.name()), bench_.runs() - runs, bench_.device_seconds() - device, wall.count()});
    if (options_.progress) {
      options_.progress(found(), std::string(routine.name()), std::min(outcome_.routines.size(), total_), total_);
    }
    return {};
  }

  Calibration found() const {
    Calibration calibration = header_;
    calibration.device_seconds = earlier_seconds_ + bench_.device_seconds();
    findings_.write(first_, last_, calibration);
    return calibration;
  }

  Bench bench_;
  Findings findings_;
  const CalibrateOptions& options_;
  double effort_;
  std::size_t first_ = 0;
  std::size_t last_ = 0;
  std::size_t total_ = 0;
  Calibration header_;
  double earlier_seconds_ = 0;
  CalibrationOutcome outcome_;
};

}  // namespace

std::vector<std::string> routine_names() {
  std::vector<std::string> names;
  for (const auto& routine : make_routines()) names.emplace_back(routine->name());
  return names;
}

std::vector<std::string> usual_routine_names(const Target& target) {
  std::vector<std::string> names;
  for (const auto& routine : make_routines()) {
    if (routine->is_usual(target)) names.emplace_back(routine->name());
  }
  return names;
}

Result<CalibrationOutcome> calibrate(Backend& backend, const Target& target, const CalibrateOptions& options) {
  if (Result<> able = check_device(backend, target); !able) return tl::unexpected(able.error());
  if (options.previous != nullptr) {
    const auto own = check_calibration_of(*options.previous, target, backend.info().chip_id);
    if (!own) return tl::unexpected(own.error());
  }
  const auto routines = choose_routines(options, target);
  if (!routines) return tl::unexpected(routines.error());
  double effort = options.effort;
  if (options.budget_seconds > 0) {
    const auto fitting = effort_within(options.budget_seconds, backend, target, *routines);
    if (!fitting) return tl::unexpected(fitting.error());
    effort = std::min(effort, *fitting);
  }
  return Session(backend, target, options, effort).run(*routines);
}

}  // namespace vle::calibration
