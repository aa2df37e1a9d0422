#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vle/backend/backend.hpp>
#include <vle/backend/trace_sink.hpp>
#include <vle/io/array.hpp>
#include <vle/result/result.hpp>

namespace vle {

/// Writes traces by extension: .h5 (docs/files.md has the layout: /signals/POPULATION/SIGNAL of shape batch x samples x
/// neurons, integer codes with the attributes scale and offset, or float64; provenance as attributes of the root; no
/// wall time, no host, so equal runs give equal bytes) or .csv (model values, one row a sample, columns trial, time and
/// population.signal[neuron]).
[[nodiscard]] Result<> write_traces(const std::string& path, const Traces& traces);
[[nodiscard]] Result<Traces> read_traces(const std::string& path);

/// An .h5 file of traces, as write_traces() makes it, that takes samples while a run goes on (RunOptions::sink). The
/// whole of its room on the disk is taken when the run begins; it appears under its name when it is finished.
class TraceFile : public TraceSink {
 public:
  /// After the run: `traces` are what it returned, whose samples may be fewer than those begun with. Errors: kIo.
  [[nodiscard]] virtual Result<> finish(const Traces& traces) = 0;
};
[[nodiscard]] Result<std::unique_ptr<TraceFile>> create_trace_file(const std::string& path);

/// Makes a stimulus of an array of shape (steps), (steps, channels) or (batch, steps, channels); `targets` likewise.
[[nodiscard]] Result<Stimulus> make_stimulus(const Array& inputs, const std::optional<Array>& targets);

}  // namespace vle
