#include <algorithm>
#include <vle/backend/trace_sink.hpp>
#include <vle/result/check.hpp>

namespace vle {
namespace {

std::size_t size_of(SampleKind kind) {
  return kind == SampleKind::kCodes ? sizeof(std::int32_t) : sizeof(double);
}

void make_room(SignalTrace& trace, SampleKind kind, std::int64_t samples) {
  const auto size = static_cast<std::size_t>(samples * trace.neurons);
  if (kind == SampleKind::kCodes) {
    trace.codes.resize(size);
  } else {
    trace.values.resize(size);
  }
}

/// Moves trials that stood `from` values apart to where they stand `to` apart, and drops what is behind the last.
template <class Value>
void cut(std::vector<Value>& all, std::int64_t batch, std::int64_t from, std::int64_t to) {
  for (std::int64_t trial = 1; trial < batch && to < from; ++trial) {
    std::copy_n(all.begin() + trial * from, to, all.begin() + trial * to);
  }
  all.resize(static_cast<std::size_t>(batch * to));
}

}  // namespace

Result<> TraceMemory::begin(const Traces& traces, SampleKind kind) {
  double total = 0;
  for (const SignalTrace& trace : traces.signals) {
    total +=
        static_cast<double>(traces.batch) * static_cast<double>(trace.samples) * static_cast<double>(trace.neurons);
  }
  if (total > static_cast<double>(kMaxSamples)) {
    return fail(ErrorCode::kInvalidInput,
                "the run would record {:.0f} values, above the limit of {} in memory; write them to an .h5 file, which "
                "takes them as they come, or record fewer signals, every n-th step, or fewer trials at a time",
                total, kMaxSamples);
  }
  kind_ = kind;
  signals_ = traces.signals;
  for (SignalTrace& trace : signals_) make_room(trace, kind, traces.batch * trace.samples);
  return {};
}

Result<> TraceMemory::take(std::int64_t trial, std::int64_t first, std::span<const SignalTrace> window) {
  for (std::size_t k = 0; k < signals_.size(); ++k) {
    SignalTrace& own = signals_[k];
    const std::int64_t place = (trial * own.samples + first) * own.neurons;
    const std::int64_t count = window[k].samples * own.neurons;
    if (kind_ == SampleKind::kCodes) {
      std::copy_n(window[k].codes.begin(), count, own.codes.begin() + place);
    } else {
      std::copy_n(window[k].values.begin(), count, own.values.begin() + place);
    }
  }
  return {};
}

void TraceMemory::move_into(Traces& traces) {
  for (std::size_t k = 0; k < signals_.size(); ++k) {
    SignalTrace& own = signals_[k];
    SignalTrace& trace = traces.signals[k];
    const std::int64_t from = own.samples * own.neurons;
    const std::int64_t to = trace.samples * trace.neurons;
    if (kind_ == SampleKind::kCodes) {
      cut(own.codes, traces.batch, from, to);
    } else {
      cut(own.values, traces.batch, from, to);
    }
    trace.codes = std::move(own.codes);
    trace.values = std::move(own.values);
  }
  signals_.clear();
}

TraceWindow::TraceWindow(const Traces& traces, SampleKind kind, std::int64_t trial, TraceSink& sink, std::int64_t bytes)
    : sink_(sink), trial_(trial), signals_(traces.signals) {
  std::int64_t sample_bytes = 1;
  std::int64_t samples = 1;
  for (const SignalTrace& trace : signals_) {
    sample_bytes += trace.neurons * static_cast<std::int64_t>(size_of(kind));
    samples = std::max(samples, trace.samples);
  }
  room_ = std::clamp<std::int64_t>(bytes / sample_bytes, 1, samples);
  for (SignalTrace& trace : signals_) {
    make_room(trace, kind, room_);
    codes_.push_back(trace.codes.data());
  }
}

Result<> TraceWindow::advance() {
  ++taken_;
  return taken_ < room_ ? Result<>{} : flush();
}

Result<> TraceWindow::flush() {
  if (taken_ == 0) return {};
  for (SignalTrace& trace : signals_) trace.samples = taken_;
  Result<> given = sink_.take(trial_, first_, signals_);
  first_ += taken_;
  taken_ = 0;
  return given;
}

}  // namespace vle
