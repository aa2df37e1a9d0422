#pragma once

#include <cstdint>
#include <vector>
#include <vle/backend/trace_sink.hpp>
#include <vle/dynamics/energy.hpp>
#include <vle/dynamics/state.hpp>

namespace vle {

/// Writes the signals of a running network into a sink.
class Recorder {
 public:
  Recorder(const Network& network, const Stimulus& stimulus, const RunOptions& options);

  /// What is recorded, for the sink to begin with: shapes alone.
  const Traces& traces() const { return traces_; }
  /// Every trial's samples go to `sink`, which has begun and must outlive the recorder.
  void write_to(TraceSink& sink);

  /// Whether a sample of an energy is due after step `step`.
  bool needs_energy(std::int64_t step) const { return has_energy_ && step % traces_.every == 0; }

  /// Takes the sample after step `step` where one is due. `energy` is read where needs_energy(). Errors: a value is not
  /// finite, so the network diverges.
  [[nodiscard]] Result<> take(std::int64_t step, const State& state, const ProspectiveEnergy& energy);

  /// Empties the arrays that no sample is taken from.
  void drop_unrecorded(State& state) const;

  /// Hands over the last samples. The traces say how many there are of each trial.
  [[nodiscard]] Result<Traces> finish();

 private:
  [[nodiscard]] Result<> take(std::int64_t step, const std::vector<double>& values, std::size_t channel);
  std::vector<double> energy_of(const ProspectiveEnergy& energy, std::size_t population) const;

  Traces traces_;
  std::vector<TraceWindow> windows_;      ///< one a trial
  std::int64_t taken_ = 0;                ///< samples of each trial
  std::vector<std::size_t> populations_;  ///< of each signal
  bool has_energy_ = false;
  std::vector<std::size_t> outputs_;  ///< population of each output
};

}  // namespace vle
