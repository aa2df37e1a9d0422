#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>
#include <vle/backend/backend.hpp>

#include "probe.hpp"

namespace vle::calibration {

/// Recorded codes of one signal: of every trial, sample and neuron of the chip (core by core).
class Codes {
 public:
  Codes(std::int64_t samples, std::int64_t neurons) : samples_(samples), neurons_(neurons) {}
  std::vector<std::int32_t> values;
  std::int32_t at(std::int64_t trial, std::int64_t sample, std::int64_t neuron) const {
    if (values.empty()) return 0;  // a rehearsal
    return values[static_cast<std::size_t>((trial * samples_ + sample) * neurons_ + neuron)];
  }

 private:
  std::int64_t samples_;
  std::int64_t neurons_;
};

/// Mean codes of a signal at each of several levels of a stimulus.
struct LevelMeans {
  std::int64_t neurons = 0;
  std::vector<double> mean;  ///< [level][neuron], LSB
  double error = 0;          ///< standard error of one mean, LSB, from the scatter over all neurons
  double at(std::size_t level, std::size_t neuron) const {
    return mean[level * static_cast<std::size_t>(neurons) + neuron];
  }
};

/// A device under measurement: loads probes, runs stimuli, averages what it reads, and adds up what that took.
class Bench {
 public:
  Bench(Backend& backend, const Target& target) : backend_(&backend), target_(&target) {}

  const Target& target() const { return *target_; }
  /// Sub-steps that the read-out needs to convert `signals` kinds of signals.
  std::int64_t substeps_per_sample(std::int64_t signals) const;
  /// Full scales of an LSB of the read-out, and of the converter behind stimuli.
  double adc_lsb() const;
  double dac_lsb() const;
  /// The value of the stimulus converter nearest to `value`, and not 0 where that is above 0.
  double on_grid(double value) const;

  /// Relative standard error of what two opposite levels differ by, `level` full scales each, by the stimulus
  /// converter's own elements. All neurons that see the channel share it.
  double level_error(double level) const;
  /// Relative standard error of the difference of two opposite levels by a bent ramp of the read-out, which sees them
  /// around the signal's and its own offset o: 2 bow o / (full code)^2.
  double bow_error() const;
  /// Whether a neuron's mean at any level is where the rails or the read-out cut signals off: too near for what offsets
  /// and noise add.
  bool is_near_the_rails(const LevelMeans& means, std::size_t neuron) const;
  /// The same of one mean code.
  bool is_near_the_rails(double mean) const;
  /// Standard deviation of a sample by the read-out's own noise and by rounding, LSB.
  double readout_sigma() const;
  /// Trials of `samples` samples at each of two levels until the difference of the two, `swing` full scales, is known
  /// to `wanted` of itself; at least 1.
  std::int64_t trials_for(double swing, std::int64_t samples, double wanted) const;

  /// Chip time, seconds, within which analog cells lose little of what was written: a trial begins with fresh ones.
  double longest_trial() const;

  [[nodiscard]] Result<> load(const Probe& probe);
  /// One recording of the loaded probe.
  [[nodiscard]] Result<std::vector<Codes>> record(const Stimulus& stimulus, const std::vector<Signal>& signals,
                                                  std::int64_t every);
  /// Holds each level (one value for each channel) of inputs and of targets for `settle` steps and then for `samples`
  /// steps that are averaged; `trials` times.
  struct Levels {
    std::vector<std::vector<double>> inputs;
    std::vector<std::vector<double>> targets;  ///< empty: none; else as many as inputs
    std::int64_t settle = 1;
    std::int64_t samples = 16;
    std::int64_t trials = 1;
  };
  [[nodiscard]] Result<std::vector<LevelMeans>> measure(const Levels& levels, const std::vector<Signal>& signals);

  double device_seconds() const { return device_seconds_; }
  std::int64_t runs() const { return runs_; }
  /// From now on nothing is played: recordings are all 0, and time is added up as the target says that it would pass.
  void rehearse() { is_rehearsing_ = true; }
  bool is_rehearsing() const { return is_rehearsing_; }
  std::uint64_t seed = 0;
  int threads = 1;
  std::stop_token stop;

 private:
  std::vector<Codes> silence(const Stimulus& stimulus, std::size_t signals, std::int64_t every);

  Backend* backend_;
  const Target* target_;
  std::int64_t neurons_ = 0;
  std::int64_t next_trial_ = 0;
  double device_seconds_ = 0;
  std::int64_t runs_ = 0;
  bool is_rehearsing_ = false;
  double load_seconds_ = 0;  ///< of the loaded probe
  double step_seconds_ = 0;
};

}  // namespace vle::calibration
