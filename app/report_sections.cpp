#include "report_sections.hpp"

#include <algorithm>

namespace vle::app {

std::string percent(double share) {
  return fmt::format("{:.3g} %", 100 * share);
}

namespace {

/// A number with the prefix that brings it to 1..1000.
std::string with_unit(double value, std::string_view unit) {
  constexpr std::pair<double, std::string_view> kPrefixes[] = {{1, ""},     {1e-3, "m"},  {1e-6, "µ"},
                                                               {1e-9, "n"}, {1e-12, "p"}, {1e-15, "f"}};
  for (const auto& [size, prefix] : kPrefixes) {
    if (value >= size) return fmt::format("{:.3g} {}{}", value / size, prefix, unit);
  }
  return fmt::format("{:.3g} {}", value, unit);
}

template <class Value, class Text>
BarChart chart_of(std::string caption, std::string label, std::string header,
                  const std::map<std::string, Value>& counts, Text text) {
  BarChart chart{std::move(caption), std::move(label), std::move(header), {}};
  for (const auto& [name, count] : counts) {
    chart.bars.push_back({name, static_cast<double>(count), text(count), std::nullopt, std::nullopt});
  }
  std::stable_sort(chart.bars.begin(), chart.bars.end(), [](const Bar& a, const Bar& b) { return a.value > b.value; });
  return chart;
}

std::string chip_of(const RunReport& report) {
  std::string text = report.target.empty() ? report.backend : report.target;
  if (report.chip_id) text += fmt::format(", chip {}", *report.chip_id);
  return text;
}

/// Distances of all signals that both have at the same steps, the largest first.
std::vector<Bar> distances_of(const Traces& ideal, const Traces& device) {
  std::vector<Bar> bars;
  for (const SignalTrace& trace : device.signals) {
    for (const SignalTrace& wanted : ideal.signals) {
      if (wanted.population != trace.population || wanted.signal != trace.signal) continue;
      const Result<double> nrmse = normalised_rms_error(trace, wanted);
      if (!nrmse) continue;
      bars.push_back({fmt::format("{}.{}", trace.population, name_of(trace.signal)), *nrmse, percent(*nrmse),
                      std::nullopt, std::nullopt});
    }
  }
  std::stable_sort(bars.begin(), bars.end(), [](const Bar& a, const Bar& b) { return a.value > b.value; });
  return bars;
}

}  // namespace

Result<PageSection> comparison_section(const Traces& ideal, const Traces& device,
                                       const std::optional<Stimulus>& stimulus, const ComparisonOptions& options) {
  auto plot = compare_traces(ideal, device, stimulus, options);
  if (!plot) return tl::unexpected(plot.error());
  plot->title = fmt::format("Signals of {} over those of the ideal twin", chip_of(device.report));
  PageSection section;
  section.title = fmt::format("Signals, {}", chip_of(device.report));
  section.lead =
      "The broad blue line is what the network should do, the thin orange line what the chip did. Where both agree, "
      "the "
      "orange runs inside the blue.";
  BarChart chart{"Distance from the ideal: RMS difference over standard deviation", "signal", "distance",
                 distances_of(ideal, device)};
  if (!chart.bars.empty()) {
    section.figures = {{"furthest from the ideal", chart.bars.front().text, chart.bars.front().label},
                       {"nearest", chart.bars.back().text, chart.bars.back().label}};
    section.charts.push_back(std::move(chart));
  }
  section.plots.push_back(std::move(*plot));
  return section;
}

PageSection run_section(const RunReport& report) {
  PageSection section;
  section.title = fmt::format("Time and energy, {}", chip_of(report));
  section.lead = fmt::format("{} neurons and {} synapses ran for {:.4g} s of model time in {} trial{}.", report.neurons,
                             report.synapses, report.model_seconds, report.batch, report.batch == 1 ? "" : "s");
  double joules = 0;
  for (const auto& entry : report.energy_joules) joules += entry.second;
  std::int64_t lost = 0;
  for (const auto& entry : report.saturated) lost += entry.second;
  const double faster = report.device_seconds > 0 ? report.model_seconds / report.device_seconds : 0;
  section.figures = {{"time on the chip", with_unit(report.device_seconds, "s"),
                      fmt::format("{:.3g} times faster than model time", faster)},
                     {"energy", with_unit(joules, "J"), "of one trial, by the target's costs"},
                     {"out of range", std::to_string(lost), "events where a signal met its limit"}};
  const auto count_text = [](std::int64_t count) { return std::to_string(count); };
  if (!report.cycles.empty()) {
    section.charts.push_back(chart_of("Clock cycles by unit", "unit", "cycles", report.cycles, count_text));
  }
  if (!report.energy_joules.empty()) {
    section.charts.push_back(chart_of("Energy by unit", "unit", "energy", report.energy_joules,
                                      [](double value) { return with_unit(value, "J"); }));
  }
  if (lost > 0) {
    section.charts.push_back(
        chart_of("Signals that met their limit", "signal", "events", report.saturated, count_text));
  }
  return section;
}

PageSection ledger_section(const ParameterMap& map) {
  PageSection section;
  section.title = "What the registers hold";
  section.lead = fmt::format(
      "Every parameter of {} became a code of {}. The table says, by owner and kind, how far the realised values are "
      "from "
      "those that the network asks for.",
      map.network_name, map.target.name);
  PageTable table{
      "Ledger of the compiler", {"owner", "kind", "unit", "values", "RMS error", "relative", "clipped"}, {}, 3};
  std::size_t clipped = 0;
  std::size_t values = 0;
  for (const LedgerBlock& block : map.ledger) {
    const LedgerSummary summary = summarise(block);
    clipped += summary.clipped;
    values += summary.count;
    table.rows.push_back({summary.owner, std::string(record_of(summary.kind).name), summary.unit,
                          std::to_string(summary.count), fmt::format("{:.3g}", summary.rms_error),
                          percent(summary.relative_rms), std::to_string(summary.clipped)});
  }
  section.figures = {
      {"parameters", std::to_string(values), fmt::format("in {} registers", map.image.size())},
      {"clipped", std::to_string(clipped), "beyond what their converter reaches"},
      {"speed-up", fmt::format("{:.4g}", map.timing.speed_up), "model time over chip time"},
      {"sub-steps", std::to_string(map.timing.substeps_per_step), "of the chip in a step of the network"}};
  section.tables.push_back(std::move(table));
  return section;
}

}  // namespace vle::app
