#pragma once

#include <cstdint>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/dynamics/state.hpp>

namespace vle {

/// Values that one run of the reference may record: 8 GiB.
inline constexpr std::int64_t kMaxRecordedValues = std::int64_t{1} << 30;

/// Writes the signals of a running network into traces.
class Recorder {
 public:
  /// Makes room for every sample. Errors: more values than kMaxRecordedValues.
  static Result<Recorder> make(const Network& network, const Stimulus& stimulus, const RunOptions& options);

  /// Takes the sample after step `step` where one is due. Errors: a value is not finite, so the network diverges.
  [[nodiscard]] Result<> take(std::int64_t step, const State& state);

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
  [[nodiscard]] Result<> take(std::int64_t step, const State& state, Channel& channel) const;

  std::int64_t every_;
  std::int64_t batch_;
  double dt_;
  std::int64_t room_ = 0;  ///< samples per trial
  std::int64_t taken_ = 0;
  std::vector<Channel> channels_;
};

}  // namespace vle
