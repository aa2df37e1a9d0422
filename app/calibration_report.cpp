#include "calibration_report.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "text_table.hpp"

namespace vle::app {
namespace {

using Json = nlohmann::ordered_json;
using calibration::CalibrationOutcome;
using calibration::Drift;
using calibration::RangeStatistics;
using calibration::WorstNeuron;

constexpr std::size_t kWorst = 10;

std::string percent(double share) {
  return fmt::format("{:.2f} %", 100 * share);
}

std::string_view name_of(CalibrationState state) {
  switch (state) {
    case CalibrationState::kGood:
      return "good";
    case CalibrationState::kOutOfRange:
      return "out of range";
    case CalibrationState::kDead:
      return "dead";
  }
  return "";
}

std::size_t dead_neurons(const Calibration& calibration) {
  return static_cast<std::size_t>(
      std::count_if(calibration.curves.begin(), calibration.curves.end(),
                    [](const CalibratedCurve& curve) { return curve.state == CalibrationState::kDead; }));
}

std::string range_name(ParameterKind kind, int range) {
  return fmt::format("{} {}", record_of(kind).name, range);
}

void print_routines(const CalibrationOutcome& outcome, Console& console, Json& json) {
  TextTable table({"routine", "runs", "device ms", "wall s"});
  json["routines"] = Json::array();
  for (const calibration::RoutineReport& routine : outcome.routines) {
    table.add({routine.name, std::to_string(routine.runs), fmt::format("{:.2f}", routine.device_seconds * 1e3),
               fmt::format("{:.2f}", routine.wall_seconds)});
    json["routines"].push_back({{"routine", routine.name},
                                {"runs", routine.runs},
                                {"device_seconds", routine.device_seconds},
                                {"wall_seconds", routine.wall_seconds}});
  }
  json["effort"] = outcome.effort;
  json["left_out"] = outcome.left_out;
  json["repeated"] = outcome.repeated;
  json["drifting"] = outcome.drifting;
  if (!outcome.routines.empty()) console.write_text(table.text());
}

void print_ranges(const CalibrationOutcome& outcome, const Target& target, Console& console, Json& json) {
  TextTable table({"parameter", "range", "curves", "good", "spread before", "error after", "residual", "code step"});
  json["parameters"] = Json::array();
  for (const RangeStatistics& range : calibration::statistics_of(outcome.calibration, target)) {
    const std::string name(record_of(range.kind).name);
    table.add({name, std::to_string(range.range), std::to_string(range.curves), std::to_string(range.good),
               percent(range.before), percent(range.after), percent(range.residual), percent(range.resolution)});
    json["parameters"].push_back({{"parameter", name},
                                  {"range", range.range},
                                  {"curves", range.curves},
                                  {"good", range.good},
                                  {"before", range.before},
                                  {"after", range.after},
                                  {"residual", range.residual},
                                  {"resolution", range.resolution}});
  }
  console.write_text(table.text());
}

void print_rate_circuits(const CalibrationOutcome& outcome, Console& console, Json& json) {
  const auto statistics = calibration::rate_statistics_of(outcome.calibration);
  if (statistics.empty()) return;
  TextTable table({"rate circuit", "neurons", "spread before", "error after"});
  json["rate_circuits"] = Json::array();
  for (const calibration::RateCircuitStatistics& one : statistics) {
    table.add({one.name, std::to_string(one.count), percent(one.before), percent(one.after)});
    json["rate_circuits"].push_back(
        {{"quantity", one.name}, {"neurons", one.count}, {"before", one.before}, {"after", one.after}});
  }
  console.write_text(table.text());
}

/// Where stuck bits are; of many the first.
void print_stuck(const Calibration& calibration, Console& console, Json& json) {
  TextTable table({"stuck synapse of", "core", "row", "column", "bit", "level"});
  json["stuck_synapses"] = Json::array();
  for (const CalibratedSynapses& synapses : calibration.synapses) {
    const std::string array(record_of(synapses.array).name);
    for (const StuckSynapse& stuck : synapses.stuck) {
      if (json["stuck_synapses"].size() < kWorst) {
        table.add({array, std::to_string(synapses.core), std::to_string(stuck.row), std::to_string(stuck.column),
                   std::to_string(stuck.bit), std::to_string(stuck.level)});
      }
      json["stuck_synapses"].push_back({{"array", array},
                                        {"core", synapses.core},
                                        {"row", stuck.row},
                                        {"column", stuck.column},
                                        {"bit", stuck.bit},
                                        {"level", stuck.level}});
    }
  }
  const std::size_t found = json["stuck_synapses"].size();
  if (found > 0) console.write_text(table.text());
  if (found > kWorst) console.print("and {} more stuck synapses\n", found - kWorst);
}

void print_linearity(const Calibration& calibration, Console& console, Json& json) {
  const bool is_known = std::any_of(calibration.synapses.begin(), calibration.synapses.end(),
                                    [](const CalibratedSynapses& synapses) { return synapses.has_linearity; });
  if (!is_known) return;
  TextTable table({"synapses", "core", "stuck", "not judged", "off a line, LSB"});
  json["linearity"] = Json::array();
  for (const CalibratedSynapses& synapses : calibration.synapses) {
    if (!synapses.has_linearity) continue;
    const std::string array(record_of(synapses.array).name);
    table.add({array, std::to_string(synapses.core), std::to_string(synapses.stuck.size()),
               std::to_string(synapses.unjudged), fmt::format("{:.2f}", synapses.nonlinearity)});
    json["linearity"].push_back({{"array", array},
                                 {"core", synapses.core},
                                 {"stuck", synapses.stuck.size()},
                                 {"unjudged", synapses.unjudged},
                                 {"nonlinearity_lsb", synapses.nonlinearity}});
  }
  console.write_text(table.text());
  print_stuck(calibration, console, json);
}

void print_worst(const CalibrationOutcome& outcome, const Target& target, Json& json) {
  json["worst_neurons"] = Json::array();
  for (const WorstNeuron& neuron : calibration::worst_neurons(outcome.calibration, target, kWorst)) {
    json["worst_neurons"].push_back({{"core", neuron.core},
                                     {"column", neuron.column},
                                     {"state", name_of(neuron.state)},
                                     {"parameter", record_of(neuron.kind).name},
                                     {"range", neuron.range},
                                     {"error", neuron.error},
                                     {"deviation", neuron.deviation}});
  }
}

}  // namespace

void print_calibration(const CalibrationOutcome& outcome, const Target& target, Console& console, Json& json) {
  print_routines(outcome, console, json);
  print_ranges(outcome, target, console, json);
  print_rate_circuits(outcome, console, json);
  print_linearity(outcome.calibration, console, json);
  print_worst(outcome, target, json);
  const std::size_t dead = dead_neurons(outcome.calibration);
  json["dead_neurons"] = dead;
  json["device_seconds"] = outcome.calibration.device_seconds;
  console.print("dead neurons {}, device time {:.1f} ms, effort {:.3g}\n", dead,
                outcome.calibration.device_seconds * 1e3, outcome.effort);
  for (const std::string& name : outcome.left_out) {
    console.warn(fmt::format("routine {} was left out: --budget is spent", name));
  }
  for (const std::string& name : outcome.repeated) {
    console.warn(fmt::format("routine {} ran again: the chip moved while it was measured", name));
  }
  for (const std::string& signal : outcome.drifting) {
    console.warn(fmt::format("signal {} goes on drifting: let the chip settle, then measure again", signal));
  }
}

bool print_drift(const std::vector<Drift>& drifts, Console& console, Json& json) {
  TextTable table({"parameter", "measured", "moved (RMS)", "expected", "beyond"});
  json["drift"] = Json::array();
  std::size_t elements = 0;
  std::size_t beyond = 0;
  bool died = false;
  for (const Drift& drift : drifts) {
    table.add({drift.name, std::to_string(drift.count), percent(drift.rms), percent(drift.expected),
               std::to_string(drift.beyond)});
    json["drift"].push_back({{"parameter", drift.name},
                             {"curves", drift.count},
                             {"rms", drift.rms},
                             {"expected", drift.expected},
                             {"beyond", drift.beyond}});
    elements += drift.count;
    beyond += drift.beyond;
    died = died || (drift.name == "dead neurons" && drift.beyond > 0);
  }
  constexpr double kTolerated = 0.005;  // share of elements: those at the edge of what is measured
  const bool holds = !died && static_cast<double>(beyond) <= kTolerated * static_cast<double>(elements);
  json["holds"] = holds;
  console.print("{}the calibration {}\n", table.text(), holds ? "still holds" : "does not hold any more");
  return holds;
}

namespace {

struct Bin {
  double below;
  std::string_view label;
};
constexpr Bin kBins[] = {{0.001, "below 0.1 %"}, {0.003, "0.1..0.3 %"}, {0.01, "0.3..1 %"},
                         {0.03, "1..3 %"},       {0.1, "3..10 %"},      {0.3, "10..30 %"}};
constexpr std::string_view kLastBin = "above 30 %";

/// How many curves deviate by how much.
BarChart histogram_of(std::string caption, const std::vector<double>& values) {
  std::vector<std::size_t> counts(std::size(kBins) + 1, 0);
  for (const double value : values) {
    const auto* bin =
        std::find_if(std::begin(kBins), std::end(kBins), [&](const Bin& b) { return std::abs(value) < b.below; });
    ++counts[static_cast<std::size_t>(bin - std::begin(kBins))];
  }
  BarChart chart{std::move(caption), "deviation", "curves", {}};
  for (std::size_t k = 0; k < counts.size(); ++k) {
    chart.bars.push_back({std::string(k < std::size(kBins) ? kBins[k].label : kLastBin), static_cast<double>(counts[k]),
                          std::to_string(counts[k]), std::nullopt, std::nullopt});
  }
  return chart;
}

PageSection distribution_section(const Calibration& calibration, const Target& target) {
  PageSection section;
  section.title = "Distributions, before and after";
  section.lead =
      "Before: how far each curve lies from the nominal one, as the chip came. After: the standard error with which it "
      "is known now, which is what remains where a code was chosen by it.";
  std::map<ParameterKind, std::pair<std::vector<double>, std::vector<double>>> by_kind;
  for (const CalibratedCurve& curve : calibration.curves) {
    if (curve.state != CalibrationState::kGood) continue;
    const Lsb code{curve.curve == Dac::Kind::kReciprocal ? curve.min_code : curve.max_code};
    by_kind[curve.kind].first.push_back(curve.value(code) / target.dac(curve.kind).value(code, curve.range) - 1);
    by_kind[curve.kind].second.push_back(curve.error(code) / curve.value(code));
  }
  for (const auto& [kind, values] : by_kind) {
    section.charts.push_back(histogram_of(fmt::format("{}, before", record_of(kind).name), values.first));
    section.charts.push_back(histogram_of(fmt::format("{}, after", record_of(kind).name), values.second));
  }
  return section;
}

PageSection residual_section(const Calibration& calibration, const Target& target) {
  PageSection section;
  section.title = "Residuals";
  section.lead =
      "All relative, RMS over neurons. The residual is what the points of a curve scatter by around it; the code step "
      "is "
      "how near a value comes to a code at best.";
  PageTable table{"By range of each converter",
                  {"parameter and range", "curves", "good", "spread before", "error after", "residual", "code step"},
                  {},
                  1};
  for (const RangeStatistics& range : calibration::statistics_of(calibration, target)) {
    table.rows.push_back({range_name(range.kind, range.range), std::to_string(range.curves), std::to_string(range.good),
                          percent(range.before), percent(range.after), percent(range.residual),
                          percent(range.resolution)});
  }
  section.tables.push_back(std::move(table));
  const auto circuits = calibration::rate_statistics_of(calibration);
  if (circuits.empty()) return section;
  PageTable rates{"Rate circuits", {"quantity", "neurons", "spread before", "error after"}, {}, 1};
  for (const calibration::RateCircuitStatistics& one : circuits) {
    rates.rows.push_back({one.name, std::to_string(one.count), percent(one.before), percent(one.after)});
  }
  section.tables.push_back(std::move(rates));
  return section;
}

PageSection worst_section(const Calibration& calibration, const Target& target) {
  PageSection section;
  section.title = "Worst neurons";
  section.lead = "Dead ones, then those with a range that cannot be used, then those known least well.";
  PageTable table{"The worst parameter of each", {"neuron", "state", "parameter", "error", "deviation"}, {}, 3};
  for (const WorstNeuron& neuron : calibration::worst_neurons(calibration, target, kWorst)) {
    const bool dead = neuron.state == CalibrationState::kDead;
    table.rows.push_back({fmt::format("core {}, column {}", neuron.core, neuron.column),
                          std::string(name_of(neuron.state)), dead ? "all" : range_name(neuron.kind, neuron.range),
                          dead ? "" : percent(neuron.error), dead ? "" : percent(neuron.deviation)});
  }
  section.tables.push_back(std::move(table));
  PageTable broken{"Synapses with a stuck bit", {"synapse", "array", "bit", "level"}, {}, 2};
  for (const CalibratedSynapses& synapses : calibration.synapses) {
    for (const StuckSynapse& stuck : synapses.stuck) {
      broken.rows.push_back({fmt::format("core {}, row {}, column {}", synapses.core, stuck.row, stuck.column),
                             std::string(record_of(synapses.array).name), std::to_string(stuck.bit),
                             std::to_string(stuck.level)});
    }
  }
  if (!broken.rows.empty()) section.tables.push_back(std::move(broken));
  return section;
}

PageSection drift_section(const std::vector<Drift>& drifts) {
  PageSection section;
  section.title = "Drift since";
  section.lead =
      "What was measured earlier against what was measured now; `beyond` counts differences of more than 1 % "
      "and four standard errors.";
  PageTable table{"By parameter", {"parameter", "measured", "moved (RMS)", "expected", "beyond"}, {}, 1};
  for (const Drift& drift : drifts) {
    table.rows.push_back({drift.name, std::to_string(drift.count), percent(drift.rms), percent(drift.expected),
                          std::to_string(drift.beyond)});
  }
  section.tables.push_back(std::move(table));
  return section;
}

PageSection time_section(const CalibrationOutcome& outcome) {
  PageSection section;
  section.title = "Time";
  section.lead = "Device time is what the chip was in use for, uploads of registers included.";
  BarChart chart{"Device time by routine", "routine", "time", {}};
  double wall = 0;
  for (const calibration::RoutineReport& routine : outcome.routines) {
    chart.bars.push_back({routine.name, routine.device_seconds, fmt::format("{:.1f} ms", routine.device_seconds * 1e3),
                          std::nullopt, std::nullopt});
    wall += routine.wall_seconds;
  }
  section.figures = {{"device time", fmt::format("{:.0f} ms", outcome.calibration.device_seconds * 1e3), "in all"},
                     {"wall time", fmt::format("{:.0f} s", wall), "of this run, fits included"}};
  if (!chart.bars.empty()) section.charts.push_back(std::move(chart));
  return section;
}

}  // namespace

ReportPage calibration_page(const CalibrationOutcome& outcome, const Target& target, const std::vector<Drift>& drifts) {
  const Calibration& calibration = outcome.calibration;
  std::size_t good = 0;
  std::size_t curves = 0;
  for (const RangeStatistics& range : calibration::statistics_of(calibration, target)) {
    good += range.good;
    curves += range.curves;
  }
  ReportPage page;
  page.title = fmt::format("Calibration of chip {} of {}", calibration.chip_id, target.name);
  page.subtitle = fmt::format("target {:.12}, effort {:.3g}", calibration.target_hash, outcome.effort);
  PageSection summary;
  summary.title = "Summary";
  summary.lead = "What `vle calibrate` measured, neuron by neuron, through the chip's own read-out.";
  summary.figures = {
      {"usable curves", curves > 0 ? percent(static_cast<double>(good) / static_cast<double>(curves)) : "none",
       fmt::format("of {}", curves)},
      {"dead neurons", std::to_string(dead_neurons(calibration)), "placement passes over them"},
      {"routines run again", std::to_string(outcome.repeated.size()), "because the chip moved"}};
  page.sections.push_back(std::move(summary));
  if (!drifts.empty()) page.sections.push_back(drift_section(drifts));
  page.sections.push_back(distribution_section(calibration, target));
  page.sections.push_back(residual_section(calibration, target));
  page.sections.push_back(worst_section(calibration, target));
  page.sections.push_back(time_section(outcome));
  page.footer = fmt::format("vle {}", calibration.tool_version);
  return page;
}

}  // namespace vle::app
