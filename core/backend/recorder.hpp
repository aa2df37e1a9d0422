#pragma once

#include <cstdint>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/dynamics/energy.hpp>
#include <vle/dynamics/state.hpp>

namespace vle {

/// Values that one run of the reference may record: 8 GiB.
inline constexpr std::int64_t kMaxRecordedValues = std::int64_t{1} << 30;

/// Writes the signals of a running network into traces.
class Recorder {
 public:
  /// Makes room for every sample. Errors: more values than kMaxRecordedValues.
  static Result<Recorder> make(const Network& network, const Stimulus& stimulus, const RunOptions& options);

  /// Whether a sample of an energy is due after step `step`.
  bool needs_energy(std::int64_t step) const { return has_energy_ && step % every_ == 0; }

  /// Takes the sample after step `step` where one is due. `energy` is read where needs_energy(). Errors: a value is not
  /// finite, so the network diverges.
  [[nodiscard]] Result<> take(std::int64_t step, const State& state, const ProspectiveEnergy& energy);

  /// Empties the arrays that no sample is taken from.
  void drop_unrecorded(State& state) const;

  /// The traces, cut to what was taken.
  std::vector<SignalTrace> finish();

 private:
  struct Channel {
    std::size_t population = 0;
    SignalTrace trace;
  };
  Recorder(std::int64_t every, std::int64_t batch, double dt) : every_(every), batch_(batch), dt_(dt) {}
  [[nodiscard]] Result<> take(std::int64_t step, const std::vector<double>& values, Channel& channel) const;
  std::vector<double> energy_of(const ProspectiveEnergy& energy, std::size_t population) const;

  std::int64_t every_;
  std::int64_t batch_;
  double dt_;
  std::int64_t room_ = 0;  ///< samples per trial
  std::int64_t taken_ = 0;
  std::vector<Channel> channels_;
  bool has_energy_ = false;
  std::vector<std::size_t> outputs_;  ///< population of each output
};

}  // namespace vle
