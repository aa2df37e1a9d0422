#pragma once

#include <cstdint>
#include <span>
#include <vector>
#include <vle/backend/backend.hpp>

namespace vle {

/// What a device records: codes of its converter, or plain values.
enum class SampleKind { kCodes, kValues };

/// Takes what a run records while it goes on, so that it need not be held in memory.
class TraceSink {
 public:
  TraceSink() = default;
  TraceSink(const TraceSink&) = delete;
  TraceSink& operator=(const TraceSink&) = delete;
  virtual ~TraceSink() = default;

  /// Before the first sample. `traces` says what is to come: trials, signals, neurons and samples, scales; no samples.
  [[nodiscard]] virtual Result<> begin(const Traces& traces, SampleKind kind) = 0;
  /// Samples `first`, ... of trial `trial`, `window[k].samples` of them of signal k, each once and in their order
  /// within a trial. Comes from several threads at once, never of one trial. An error ends the run.
  [[nodiscard]] virtual Result<> take(std::int64_t trial, std::int64_t first, std::span<const SignalTrace> window) = 0;
};

/// The sink of runs without one of their own: room for every sample in memory.
class TraceMemory final : public TraceSink {
 public:
  /// Samples that one run may hold in memory: 8 GiB of values.
  static constexpr std::int64_t kMaxSamples = std::int64_t{1} << 30;

  /// Errors: more than kMaxSamples (kInvalidInput).
  [[nodiscard]] Result<> begin(const Traces& traces, SampleKind kind) override;
  [[nodiscard]] Result<> take(std::int64_t trial, std::int64_t first, std::span<const SignalTrace> window) override;
  /// Gives the samples to `traces`: trials and samples as it says, which are those of begin() or fewer.
  void move_into(Traces& traces);

 private:
  SampleKind kind_ = SampleKind::kValues;
  std::vector<SignalTrace> signals_;
};

/// Some samples of one trial on their way into a sink.
class TraceWindow {
 public:
  static constexpr std::int64_t kBytes = std::int64_t{1} << 20;

  /// As many samples as `bytes` hold, one at least. `traces` and `kind` as the sink has got them; the sink must outlive
  /// the window.
  TraceWindow(const Traces& traces, SampleKind kind, std::int64_t trial, TraceSink& sink, std::int64_t bytes = kBytes);

  /// Where the next sample goes: place `at() * neurons` of each of the signals.
  std::int64_t at() const { return taken_; }
  std::span<SignalTrace> signals() { return signals_; }
  /// Where the codes of each signal begin, neuron 0 of sample 0 of the window.
  std::span<std::int32_t* const> codes() const { return codes_; }
  /// The next sample is in its place; hands over what there is when the window is full.
  [[nodiscard]] Result<> advance();
  /// Hands over what there is.
  [[nodiscard]] Result<> flush();

 private:
  TraceSink& sink_;
  std::int64_t trial_;
  std::int64_t room_ = 1;
  std::int64_t first_ = 0;
  std::int64_t taken_ = 0;
  std::vector<SignalTrace> signals_;
  std::vector<std::int32_t*> codes_;
};

}  // namespace vle
