#include "stimulus.hpp"

#include <algorithm>
#include <vle/io/array.hpp>
#include <vle/io/traces.hpp>

namespace vle::app {
namespace {

/// Input values that a run without --input may ask for: 4 GiB of them.
constexpr std::int64_t kMaxZeros = std::int64_t{1} << 29;

Result<Stimulus> read_channels(const std::string& path, std::int64_t channels, std::string_view what) {
  auto signal = read_signals(path, std::nullopt);
  if (signal && signal->input_channels != channels) {
    return fail(ErrorCode::kInvalidInput, "{}: has {} channels; the network has {} {} channels", path,
                signal->input_channels, channels, what);
  }
  return signal;
}

/// The first `steps` steps of every trial.
void cut(std::vector<double>& values, std::int64_t batch, std::int64_t had, std::int64_t steps, std::int64_t channels) {
  std::vector<double> kept;
  kept.reserve(static_cast<std::size_t>(batch * steps * channels));
  for (std::int64_t trial = 0; trial < batch; ++trial) {
    const auto first = values.begin() + trial * had * channels;
    kept.insert(kept.end(), first, first + steps * channels);
  }
  values = std::move(kept);
}

Result<> cut_to(Stimulus& stimulus, std::int64_t steps, std::string_view file) {
  if (steps > stimulus.steps) {
    return fail(ErrorCode::kInvalidInput, "{}: has {} steps; --steps asks for {}", file, stimulus.steps, steps);
  }
  cut(stimulus.inputs, stimulus.batch, stimulus.steps, steps, stimulus.input_channels);
  if (!stimulus.targets.empty()) {
    cut(stimulus.targets, stimulus.batch, stimulus.steps, steps, stimulus.target_channels);
  }
  stimulus.steps = steps;
  return {};
}

Stimulus zeros(std::int64_t batch, std::int64_t steps, std::int64_t channels) {
  Stimulus stimulus{batch, steps, channels, 0, {}, {}};
  stimulus.inputs.assign(static_cast<std::size_t>(batch * steps * channels), 0.0);
  return stimulus;
}

Result<> add_targets(Stimulus& stimulus, Stimulus&& targets, const std::string& path) {
  if (targets.batch != stimulus.batch || targets.steps != stimulus.steps) {
    return fail(ErrorCode::kInvalidInput, "{}: has {} trials of {} steps; the input has {} of {}", path, targets.batch,
                targets.steps, stimulus.batch, stimulus.steps);
  }
  stimulus.target_channels = targets.input_channels;
  stimulus.targets = std::move(targets.inputs);
  return {};
}

}  // namespace

Result<Stimulus> read_signals(const std::string& path, const std::optional<std::string>& target_path) {
  const auto array = read_array(path);
  if (!array) return tl::unexpected(array.error());
  auto stimulus = make_stimulus(*array, std::nullopt);
  if (!stimulus) return fail(stimulus.error().code, "{}: {}", path, stimulus.error().message);
  if (!target_path) return stimulus;
  auto targets = read_signals(*target_path, std::nullopt);
  if (!targets) return targets;
  if (auto added = add_targets(*stimulus, std::move(*targets), *target_path); !added) {
    return tl::unexpected(added.error());
  }
  return stimulus;
}

Result<Stimulus> read_stimulus(const Arguments& arguments, const Subject& subject) {
  const auto input_file = arguments.find("--input");
  const auto target_file = arguments.find("--target-signal");
  const auto steps = arguments.count("--steps");
  std::optional<Stimulus> targets;
  if (target_file) {
    auto read = read_channels(*target_file, subject.target_channels(), "target");
    if (!read) return tl::unexpected(read.error());
    targets = std::move(*read);
  }
  if (!input_file && !steps && !targets) {
    return fail(ErrorCode::kInvalidInput, "neither --input nor --steps is given; one of them must say how long to run");
  }
  if (!input_file && !targets && *steps > kMaxZeros / std::max<std::int64_t>(1, subject.input_channels())) {
    return fail(ErrorCode::kInvalidInput,
                "--steps is {}; without --input at most {} input values are made ({} channels)", *steps, kMaxZeros,
                subject.input_channels());
  }
  Stimulus stimulus;
  if (input_file) {
    auto read = read_channels(*input_file, subject.input_channels(), "input");
    if (!read) return tl::unexpected(read.error());
    stimulus = std::move(*read);
  } else {
    stimulus = targets ? zeros(targets->batch, targets->steps, subject.input_channels())
                       : zeros(1, *steps, subject.input_channels());
  }
  if (targets) {
    if (auto added = add_targets(stimulus, std::move(*targets), *target_file); !added) {
      return tl::unexpected(added.error());
    }
  }
  if (steps) {
    if (auto done = cut_to(stimulus, *steps, input_file.value_or(target_file.value_or("--steps"))); !done) {
      return tl::unexpected(done.error());
    }
  }
  return stimulus;
}

}  // namespace vle::app
