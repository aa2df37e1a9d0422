#include "bench.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "converter_errors.hpp"

namespace vle::calibration {

std::int64_t Bench::substeps_per_sample(std::int64_t signals) const {
  const std::int64_t clocks = signals * target_->readout_adc.clocks;
  return (clocks + target_->substep_clocks - 1) / target_->substep_clocks;
}

double Bench::adc_lsb() const {
  return target_->readout_adc.range / CodeFormat{target_->readout_adc.bits, true}.maximum();
}

double Bench::dac_lsb() const {
  return target_->input_dac.range / CodeFormat{target_->input_dac.bits, true}.maximum();
}

double Bench::on_grid(double value) const {
  const double lsb = dac_lsb();
  const double code =
      std::clamp(std::round(value / lsb), -target_->input_dac.range / lsb, target_->input_dac.range / lsb);
  return (code == 0 && value > 0 ? 1.0 : code) * lsb;
}

double Bench::level_error(double level) const {
  const auto code = static_cast<int>(std::lround(std::abs(level) / dac_lsb()));
  return opposite_codes_error(target_->input_dac, code) / std::max(1, code);
}

double Bench::bow_error() const {
  const double full = CodeFormat{target_->readout_adc.bits, true}.maximum();
  const double offset = std::hypot(target_->offsets.adc.sigma, target_->offsets.s.sigma / adc_lsb());
  return 2 * target_->readout_adc.errors.ramp_bow_lsb * offset / (full * full);
}

bool Bench::is_near_the_rails(double mean) const {
  constexpr double kDeviations = 3;
  const double range = target_->readout_adc.range;
  const double end = (target_->rail > 0 ? std::min(target_->rail, range) : range) / adc_lsb();
  return std::abs(mean) > end - kDeviations * std::hypot(target_->offsets.adc.sigma, readout_sigma());
}

bool Bench::is_near_the_rails(const LevelMeans& means, std::size_t neuron) const {
  for (std::size_t level = 0; level * static_cast<std::size_t>(means.neurons) < means.mean.size(); ++level) {
    if (is_near_the_rails(means.at(level, neuron))) return true;
  }
  return false;
}

double Bench::longest_trial() const {
  constexpr double kLost = 1e-4;
  const double droop = target_->drift.droop_per_second;
  return droop > 0 ? kLost / droop : std::numeric_limits<double>::infinity();
}

double Bench::readout_sigma() const {
  constexpr double kRounding = 1.0 / 12;  // variance; noise smears the steps of the converter
  return std::sqrt(target_->noise.adc_sigma_lsb * target_->noise.adc_sigma_lsb + kRounding);
}

std::int64_t Bench::trials_for(double swing, std::int64_t samples, double wanted) const {
  const double error = wanted * std::abs(swing) / adc_lsb();
  const double needed = 2 * readout_sigma() * readout_sigma() / (error * error);
  return std::max<std::int64_t>(1, std::llround(std::ceil(needed / static_cast<double>(samples))));
}

Result<> Bench::load(const Probe& probe) {
  neurons_ = probe.neurons();
  const ParameterMap& map = *probe.map();
  const double clock = target_->clock_period.value;
  load_seconds_ =
      static_cast<double>(static_cast<std::int64_t>(map.image.size()) * target_->costs.bus_word_clocks) * clock;
  step_seconds_ = static_cast<double>(map.timing.substeps_per_step * target_->substep_clocks) * clock;
  if (is_rehearsing_) return {};
  return backend_->load(probe.map());
}

// A trial is over when its steps are played and the bus has taken its samples out, a word a neuron and signal.
std::vector<Codes> Bench::silence(const Stimulus& stimulus, std::size_t signals, std::int64_t every) {
  const std::int64_t samples = (stimulus.steps + every - 1) / every;
  const double word = static_cast<double>(target_->costs.bus_word_clocks) * target_->clock_period.value;
  const double played = step_seconds_ * static_cast<double>(stimulus.steps);
  const double read = step_seconds_ + word * static_cast<double>(samples * neurons_) * static_cast<double>(signals);
  device_seconds_ += load_seconds_ + static_cast<double>(stimulus.batch) * std::max(played, read);
  ++runs_;
  return std::vector<Codes>(signals, Codes(samples, neurons_));
}

Result<std::vector<Codes>> Bench::record(const Stimulus& stimulus, const std::vector<Signal>& signals,
                                         std::int64_t every) {
  RunOptions options;
  options.seed = seed;
  options.first_trial = next_trial_;
  options.every = every;
  options.threads = threads;
  options.stop = stop;
  for (const Signal signal : signals) {
    options.recordings.push_back({kFirstNeurons, signal});
    options.recordings.push_back({kOtherNeurons, signal});
  }
  next_trial_ += stimulus.batch;
  if (is_rehearsing_) return silence(stimulus, signals.size(), every);
  const auto traces = backend_->run(stimulus, options);
  if (!traces) return tl::unexpected(traces.error());
  if (traces->report.interrupted) return fail(ErrorCode::kInterrupted, "interrupted while measuring");
  // The report is of one trial with loading; a board loads once.
  const double trial = std::max(0.0, traces->report.device_seconds - load_seconds_);
  device_seconds_ += load_seconds_ + trial * static_cast<double>(stimulus.batch);
  ++runs_;
  std::vector<Codes> recorded;
  for (std::size_t k = 0; k < signals.size(); ++k) {
    const SignalTrace& first = traces->signals[2 * k];
    const SignalTrace& others = traces->signals[2 * k + 1];
    Codes& codes = recorded.emplace_back(first.samples, neurons_);
    codes.values.reserve(first.codes.size() + others.codes.size());
    for (std::int64_t row = 0; row < stimulus.batch * first.samples; ++row) {
      const auto append = [&](const SignalTrace& trace) {
        const auto begin = trace.codes.begin() + row * trace.neurons;
        codes.values.insert(codes.values.end(), begin, begin + trace.neurons);
      };
      append(first);
      append(others);
    }
  }
  return recorded;
}

Result<std::vector<LevelMeans>> Bench::measure(const Levels& levels, const std::vector<Signal>& signals) {
  Stimulus stimulus;
  const std::int64_t hold = levels.settle + levels.samples;
  const auto count = static_cast<std::int64_t>(levels.inputs.size());
  stimulus.batch = levels.trials;
  stimulus.steps = hold * count;
  stimulus.input_channels = static_cast<std::int64_t>(levels.inputs.front().size());
  if (!levels.targets.empty()) stimulus.target_channels = static_cast<std::int64_t>(levels.targets.front().size());
  for (std::int64_t trial = 0; trial < levels.trials; ++trial) {
    for (std::int64_t step = 0; step < stimulus.steps; ++step) {
      const auto level = static_cast<std::size_t>(step / hold);
      stimulus.inputs.insert(stimulus.inputs.end(), levels.inputs[level].begin(), levels.inputs[level].end());
      if (levels.targets.empty()) continue;
      stimulus.targets.insert(stimulus.targets.end(), levels.targets[level].begin(), levels.targets[level].end());
    }
  }
  const auto recorded = record(stimulus, signals, 1);
  if (!recorded) return tl::unexpected(recorded.error());
  std::vector<LevelMeans> result;
  const double samples = static_cast<double>(levels.samples * levels.trials);
  for (const Codes& codes : *recorded) {
    LevelMeans& means = result.emplace_back();
    means.neurons = neurons_;
    if (is_rehearsing_) {
      means.mean.assign(static_cast<std::size_t>(count * neurons_), 0);
      means.error = readout_sigma() / std::sqrt(samples);
      continue;
    }
    double scatter = 0;
    for (std::int64_t level = 0; level < count; ++level) {
      for (std::int64_t neuron = 0; neuron < neurons_; ++neuron) {
        double sum = 0;
        double squares = 0;
        for (std::int64_t trial = 0; trial < levels.trials; ++trial) {
          for (std::int64_t k = levels.settle; k < hold; ++k) {
            const double code = codes.at(trial, level * hold + k, neuron);
            sum += code;
            squares += code * code;
          }
        }
        means.mean.push_back(sum / samples);
        if (samples > 1) scatter += (squares - sum * sum / samples) / (samples - 1);
      }
    }
    // Rounding to codes leaves at least the variance of a twelfth where noise does not smear it.
    constexpr double kRounding = 1.0 / 12;
    const double seen = std::max(scatter / static_cast<double>(count * neurons_), kRounding);
    // One sample has no scatter: then the target's word is taken for it.
    means.error = samples > 1 ? std::sqrt(seen / samples) : readout_sigma();
  }
  return result;
}

}  // namespace vle::calibration
