#include "ablation.hpp"

#include <algorithm>
#include <cmath>
#include <vle/result/check.hpp>

namespace vle::app {
namespace {

/// Sums of squares of one signal: its differences from the ideal one, and the ideal one's deviations from its mean.
struct Squares {
  double difference = 0;
  double deviation = 0;

  std::optional<double> ratio() const {
    return deviation > 0 ? std::optional(std::sqrt(difference / deviation)) : std::nullopt;
  }
};

Squares squares_of(const SignalTrace& trace, const SignalTrace& ideal) {
  VLE_CHECK(trace.size() == ideal.size(), "{}: {} values against {}", trace.population, trace.size(), ideal.size());
  double mean = 0;
  for (std::size_t i = 0; i < ideal.size(); ++i) mean += ideal.value(i) / static_cast<double>(ideal.size());
  Squares squares;
  for (std::size_t i = 0; i < ideal.size(); ++i) {
    const double difference = trace.value(i) - ideal.value(i);
    const double deviation = ideal.value(i) - mean;
    squares.difference += difference * difference;
    squares.deviation += deviation * deviation;
  }
  return squares;
}

AblationRow row_of(const std::string& name, const Traces& traces, const Traces& ideal,
                   const std::vector<std::string>& outputs) {
  AblationRow row;
  row.name = name;
  row.outputs.resize(outputs.size());
  row.saturated = traces.report.saturated;
  row.interrupted = traces.report.interrupted;
  if (row.interrupted) return row;
  Squares pooled;
  for (std::size_t s = 0; s < ideal.signals.size(); ++s) {
    const Squares squares = squares_of(traces.signals[s], ideal.signals[s]);
    pooled.difference += squares.difference;
    pooled.deviation += squares.deviation;
    const auto output = std::find(outputs.begin(), outputs.end(), ideal.signals[s].population);
    if (output != outputs.end()) row.outputs[static_cast<std::size_t>(output - outputs.begin())] = squares.ratio();
  }
  row.pooled = pooled.ratio();
  return row;
}

/// Options of run number `run` out of `runs`, whose progress is that of all of them.
RunOptions options_of(const RunOptions& options, std::size_t run, std::size_t runs) {
  RunOptions own = options;
  if (!options.progress) return own;
  const auto first = static_cast<std::int64_t>(run);
  const auto count = static_cast<std::int64_t>(runs);
  own.progress = [&options, first, count](std::int64_t done, std::int64_t total) {
    options.progress(first * total + done, count * total);
  };
  return own;
}

}  // namespace

Result<std::vector<AblationRow>> run_ablation(Backend& twin, const std::vector<AblationVariant>& variants,
                                              const std::vector<std::string>& outputs, const Stimulus& stimulus,
                                              const RunOptions& options) {
  const std::size_t runs = variants.size() + 1;
  const auto ideal = twin.run(stimulus, options_of(options, 0, runs));
  if (!ideal) return tl::unexpected(ideal.error());
  std::vector<AblationRow> rows{row_of("ideal", *ideal, *ideal, outputs)};
  for (const AblationVariant& variant : variants) {
    if (rows.back().interrupted) break;
    std::optional<Stimulus> prepared;
    if (variant.prepare) variant.prepare(prepared.emplace(stimulus));
    auto traces = variant.backend->run(prepared ? *prepared : stimulus, options_of(options, rows.size(), runs));
    if (!traces) return fail(traces.error().code, "{}: {}", variant.name, traces.error().message);
    if (variant.correct) variant.correct(*traces);
    rows.push_back(row_of(variant.name, *traces, *ideal, outputs));
  }
  return rows;
}

}  // namespace vle::app
