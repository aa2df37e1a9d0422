#include <algorithm>
#include <cmath>
#include <set>
#include <vle/backend/backend.hpp>

namespace vle {
namespace {

Result<> check_counts(const Stimulus& stimulus, const RunOptions& options) {
  struct Count {
    const char* name;
    std::int64_t value;
    std::int64_t least;
  };
  const Count counts[] = {{"stimulus: batch", stimulus.batch, 1},
                          {"stimulus: steps", stimulus.steps, 1},
                          {"stimulus: input_channels", stimulus.input_channels, 0},
                          {"stimulus: target_channels", stimulus.target_channels, 0},
                          {"run: every", options.every, 1},
                          {"run: settle_steps", options.settle_steps, 0},
                          {"run: first_trial", options.first_trial, 0},
                          {"run: threads", options.threads, 1}};
  constexpr std::int64_t kMost = (std::int64_t{1} << 31) - 1;  // so that trials x steps, settling included, fit 64 bits
  for (const Count& count : counts) {
    if (count.value >= count.least && count.value <= kMost) continue;
    return fail(ErrorCode::kInvalidInput, "{} = {} must be {} to {}", count.name, count.value, count.least, kMost);
  }
  return {};
}

// Rows of channels for every step of every trial, all of them finite.
Result<> check_signal(const char* name, const std::vector<double>& values, const Stimulus& stimulus,
                      std::int64_t channels) {
  const double wanted =
      static_cast<double>(stimulus.batch) * static_cast<double>(stimulus.steps) * static_cast<double>(channels);
  if (static_cast<double>(values.size()) != wanted) {
    return fail(ErrorCode::kInvalidInput,
                "stimulus: {} has {} values, but {} trials x {} steps x {} channels need {:.0f}", name, values.size(),
                stimulus.batch, stimulus.steps, channels, wanted);
  }
  const auto bad = std::find_if(values.begin(), values.end(), [](double value) { return !std::isfinite(value); });
  if (bad == values.end()) return {};
  const std::int64_t place = bad - values.begin();
  return fail(ErrorCode::kInvalidInput,
              "stimulus: {} of trial {}, step {}, channel {} is {}; every value must be finite", name,
              place / (stimulus.steps * channels), place / channels % stimulus.steps, place % channels, *bad);
}

Result<> check_recordings(const std::vector<Recording>& recordings, const std::vector<std::string>& populations,
                          bool measures_energy) {
  std::set<std::pair<std::string, Signal>> seen;
  for (const Recording& recording : recordings) {
    if (std::find(populations.begin(), populations.end(), recording.population) == populations.end()) {
      return fail(ErrorCode::kInvalidInput, "record {}.{}: there is no population \"{}\"; there are: {}",
                  recording.population, name_of(recording.signal), recording.population, fmt::join(populations, ", "));
    }
    if (!seen.emplace(recording.population, recording.signal).second) {
      return fail(ErrorCode::kInvalidInput, "record {}.{}: it is asked for twice", recording.population,
                  name_of(recording.signal));
    }
    if (recording.signal != Signal::kEnergy || measures_energy) continue;
    return fail(ErrorCode::kUnsupported,
                "record {0}.energy: a converter reads signals of neurons, and single precision keeps no drive of the "
                "membranes; run it on reference: in double precision, or record {0}.u and {0}.s",
                recording.population);
  }
  return {};
}

}  // namespace

std::string_view name_of(Signal signal) {
  switch (signal) {
    case Signal::kU:
      return "u";
    case Signal::kV:
      return "v";
    case Signal::kR:
      return "r";
    case Signal::kEpsilon:
      return "epsilon";
    case Signal::kE:
      return "e";
    case Signal::kS:
      return "s";
    case Signal::kEnergy:
      return "energy";
  }
  return "";
}

std::optional<Signal> find_signal(std::string_view name) {
  for (const Signal signal : kSignals) {
    if (name_of(signal) == name) return signal;
  }
  if (name == name_of(Signal::kEnergy)) return Signal::kEnergy;
  return std::nullopt;
}

Result<> Backend::write_registers(std::span<const RegisterWrite>) {
  return fail(ErrorCode::kUnsupported, "{}: has no registers to write", info().backend);
}

Result<std::vector<std::uint16_t>> Backend::read_registers(std::uint32_t, std::uint32_t) {
  return fail(ErrorCode::kUnsupported, "{}: has no registers to read", info().backend);
}

Result<> check_registers(std::uint32_t address, std::size_t count, std::size_t size, bool writing) {
  if (size == 0) return fail(ErrorCode::kInvalidInput, "nothing is loaded; load a map before its registers are used");
  if (address > size || count > size - address) {
    return fail(ErrorCode::kInvalidInput, "registers {} to {} lie beyond the image of {} words", address,
                address + std::max<std::size_t>(count, 1) - 1, size);
  }
  if (writing && count > 0 && address < RegisterLayout::kCoresAddress) {
    return fail(ErrorCode::kInvalidInput,
                "register {} says how the image is laid out and is not to be written; load another map instead",
                address);
  }
  return {};
}

Result<> check_run(const Stimulus& stimulus, const RunOptions& options, std::int64_t input_channels,
                   std::int64_t target_channels, const std::vector<std::string>& populations, bool measures_energy) {
  if (Result<> checked = check_counts(stimulus, options); !checked) return checked;
  if (stimulus.input_channels != input_channels) {
    return fail(ErrorCode::kInvalidInput, "stimulus: it has {} input channels, the network needs {}",
                stimulus.input_channels, input_channels);
  }
  if (Result<> checked = check_signal("inputs", stimulus.inputs, stimulus, input_channels); !checked) return checked;
  if (!stimulus.targets.empty()) {
    if (stimulus.target_channels != target_channels) {
      return fail(ErrorCode::kInvalidInput, "stimulus: it has {} target channels, the outputs need {}",
                  stimulus.target_channels, target_channels);
    }
    if (Result<> checked = check_signal("targets", stimulus.targets, stimulus, target_channels); !checked)
      return checked;
  }
  return check_recordings(options.recordings, populations, measures_energy);
}

Result<double> normalised_rms_error(const SignalTrace& trace, const SignalTrace& ideal) {
  if (trace.size() != ideal.size() || trace.neurons != ideal.neurons || trace.samples != ideal.samples) {
    return fail(ErrorCode::kInvalidInput,
                "{}.{}: traces of different shape: {} values ({} samples x {} neurons) against {} ({} x {})",
                trace.population, name_of(trace.signal), trace.size(), trace.samples, trace.neurons, ideal.size(),
                ideal.samples, ideal.neurons);
  }
  if (ideal.size() == 0) {
    return fail(ErrorCode::kInvalidInput, "{}.{}: the traces are empty", trace.population, name_of(trace.signal));
  }
  const auto count = static_cast<double>(ideal.size());
  double mean = 0;
  for (std::size_t i = 0; i < ideal.size(); ++i) mean += ideal.value(i) / count;
  double variance = 0;
  double difference = 0;
  for (std::size_t i = 0; i < ideal.size(); ++i) {
    variance += std::pow(ideal.value(i) - mean, 2) / count;
    difference += std::pow(trace.value(i) - ideal.value(i), 2) / count;
  }
  if (difference == 0) return 0.0;
  if (variance == 0) {
    return fail(ErrorCode::kInvalidInput,
                "{}.{}: the ideal trace is {} throughout, so an error cannot be measured against its deviation; take a "
                "stimulus that moves it",
                ideal.population, name_of(ideal.signal), mean);
  }
  return std::sqrt(difference / variance);
}

Result<> check_learning(const Stimulus& stimulus, const RunOptions& options, const DeviceInfo& device) {
  if (!options.learn) return {};
  if (!device.learns) {
    return fail(ErrorCode::kUnsupported, "{}{}{} does not learn while it runs; learn on the host instead",
                device.backend, device.target.empty() ? "" : ":", device.target);
  }
  if (stimulus.batch == 1) return {};
  return fail(ErrorCode::kUnsupported, "a batch of {} trials; a chip learns from one trial at a time", stimulus.batch);
}

}  // namespace vle
