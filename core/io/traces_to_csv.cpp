#include <iterator>

#include "atomic_file.hpp"
#include "trace_writers.hpp"

namespace vle::io {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20;

std::string head_of(const Traces& traces) {
  std::string line = "trial,time";
  for (const SignalTrace& signal : traces.signals) {
    for (std::int64_t neuron = 0; neuron < signal.neurons; ++neuron) {
      line += fmt::format(",{}.{}[{}]", signal.population, name_of(signal.signal), neuron);
    }
  }
  return line + '\n';
}

// fmt writes the fewest digits that read back as the same float64.
void append_row(const Traces& traces, std::int64_t trial, std::int64_t sample, std::string& text) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{},{}", trial, static_cast<double>(sample * traces.every) * traces.dt);
  for (const SignalTrace& signal : traces.signals) {
    const std::int64_t first = (trial * signal.samples + sample) * signal.neurons;
    for (std::int64_t neuron = 0; neuron < signal.neurons; ++neuron) {
      fmt::format_to(out, ",{}", signal.value(static_cast<std::size_t>(first + neuron)));
    }
  }
  text += '\n';
}

}  // namespace

Result<> write_traces_csv(const std::string& path, const Traces& traces) {
  Result<AtomicFile> file = AtomicFile::create(path);
  if (!file) return tl::unexpected(file.error());
  std::string text = head_of(traces);
  const std::int64_t samples = traces.signals.empty() ? 0 : traces.signals.front().samples;
  for (std::int64_t trial = 0; trial < traces.batch; ++trial) {
    for (std::int64_t sample = 0; sample < samples; ++sample) {
      append_row(traces, trial, sample, text);
      if (text.size() < kChunk) continue;
      if (Result<> written = file->append(text); !written) return written;
      text.clear();
    }
  }
  if (Result<> written = file->append(text); !written) return written;
  return file->commit();
}

}  // namespace vle::io
