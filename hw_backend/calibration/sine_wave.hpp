#pragma once

#include <complex>
#include <vector>

#include "square_fit.hpp"

namespace vle::calibration {

/// A sine played in steps of held input, and when its answer is looked at. Over a trial's samples each step of the wave
/// is seen equally often, so that offsets, harmonics, and the steps themselves drop out of the fundamental.
struct SinePlan {
  std::int64_t substeps = 1;  ///< of a step
  std::int64_t every = 1;     ///< steps from sample to sample
  std::int64_t period = 4;    ///< steps
  std::int64_t skipped = 0;   ///< samples of a trial while the compartment still settles
  std::int64_t samples = 4;   ///< of a trial, behind those; a multiple of the period
  std::int64_t trials = 1;

  std::int64_t steps() const { return (skipped + samples - 1) * every + 1; }
};

/// For an answer of nominal time constant `tau` (seconds of chip time) in a circuit that settles within `slowest`, at
/// the angular frequency 1 / tau. `substeps`: of a step; 0: as many as suit tau.
[[nodiscard]] SinePlan plan_sine(const Bench& bench, double tau, double slowest, std::int64_t substeps,
                                 std::int64_t signals, double wanted);

/// Fundamentals, as complex amplitudes: x[n] = Re(X exp(i 2 pi n / period)), n the step at whose end x is read.
struct SineRecord {
  std::complex<double> stimulus;                           ///< full scales, as the converter rounds it
  std::vector<std::vector<std::complex<double>>> answers;  ///< [signal][neuron], LSB
};
[[nodiscard]] Result<SineRecord> record_sine(Bench& bench, const SinePlan& plan, double amplitude, Entry entry,
                                             const std::vector<Signal>& signals, std::size_t neurons);

/// What a compartment and its output answer to a sine of complex amplitude 1: the discrete transfer functions of
/// class Relaxation and of the lead behind it, and of the pole behind that. The leak amplifier's range enters by its
/// describing function.
struct SineModel {
  // Parameters, each known (no error: as given), known roughly, or to be found (infinite error: a start).
  Known tau;  ///< sub-steps
  Known lead;
  Known height;      ///< of the sine that reaches the compartment, LSB
  Known gain{1, 0};  ///< of the output
  Known pole{0, 0};  ///< time constant behind the lead, its own included, sub-steps; 0: path.lag alone. Only with
                     ///< steps of one sub-step
  double range = 0;  ///< of the leak amplifier, LSB; 0: unlimited
  SampleNoise noise;
  OutputPath path;

  /// The fit of both answers, LSB.
  [[nodiscard]] Constants fit(const SinePlan& plan, std::complex<double> compartment,
                              std::complex<double> output) const;
};

}  // namespace vle::calibration
