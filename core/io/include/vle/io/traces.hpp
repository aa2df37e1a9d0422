#pragma once

#include <optional>
#include <string>
#include <vle/backend/backend.hpp>
#include <vle/io/array.hpp>
#include <vle/result/result.hpp>

namespace vle {

/// Writes traces by extension: .h5 (docs/files.md has the layout: /signals/POPULATION/SIGNAL of shape batch x samples x
/// neurons, integer codes with the attributes scale and offset, or float64; provenance as attributes of the root; no
/// wall time, no host, so equal runs give equal bytes) or .csv (model values, one row a sample, columns trial, time and
/// population.signal[neuron]).
[[nodiscard]] Result<> write_traces(const std::string& path, const Traces& traces);
[[nodiscard]] Result<Traces> read_traces(const std::string& path);

/// Makes a stimulus of an array of shape (steps), (steps, channels) or (batch, steps, channels); `targets` likewise.
[[nodiscard]] Result<Stimulus> make_stimulus(const Array& inputs, const std::optional<Array>& targets);

}  // namespace vle
