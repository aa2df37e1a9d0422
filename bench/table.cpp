#include "table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vle/result/check.hpp>

namespace vle::bench {
namespace {

double limit_of(const Row& row, const TimeKeeper& times) {
  double limit = 0;
  for (const std::string& name : row.limits) {
    const double time = times.seconds(name);
    limit = row.takes_largest ? std::max(limit, time) : limit + time;
  }
  return limit;
}

/// `1.5, met`, or by how much it is missed.
std::string judgement(double value, double bar, const std::string& bar_text) {
  if (value <= bar) return bar_text + ", met";
  return fmt::format("{}, missed by {:.2f} x", bar_text, value / bar);
}

std::string line(std::string_view name, std::string_view time, std::string_view limit, std::string_view ratio,
                 std::string_view bar) {
  std::string text = fmt::format("  {:<44} {:>9}  {:<58} {:>6}  {}", name, time, limit, ratio, bar);
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

std::string rate_line(std::string_view name, std::string_view neurons, std::string_view synapses,
                      std::string_view real_time) {
  return fmt::format("  {:<44} {:>14}  {:>17}  {:>22}\n", name, neurons, synapses, real_time);
}

std::string rates_of(const Group& group, const TimeKeeper& times) {
  std::string text;
  for (const Row& row : group.rows) {
    if (!row.load) continue;
    if (text.empty()) text = rate_line("", "neuron-steps/s", "synapse-updates/s", "wall time / model time");
    const double time = times.seconds(row.measured);
    text += rate_line(row.measured, fmt::format("{:.3g}", row.load->neurons / time),
                      fmt::format("{:.3g}", row.load->synapses / time),
                      fmt::format("{:.3g}", time / row.load->model_seconds));
  }
  return text;
}

}  // namespace

void TimeKeeper::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    VLE_CHECK(!run.error_occurred, "{}: {}", run.benchmark_name(), run.error_message);
    const std::string& name = run.run_name.function_name;
    const auto measured = std::ranges::find(group_->measurements, name, &Measurement::name);
    VLE_CHECK(measured != group_->measurements.end(), "{} is not of this group", name);
    const double total = measured->clock == Clock::kWall ? run.real_accumulated_time : run.cpu_accumulated_time;
    times_[name].push_back(total / static_cast<double>(run.iterations) / measured->parts);
  }
}

double TimeKeeper::seconds(const std::string& measurement) const {
  const auto found = times_.find(measurement);
  VLE_CHECK(found != times_.end(), "\"{}\" was not measured", measurement);
  std::vector<double> sorted = found->second;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::ranges::nth_element(sorted, middle);
  return *middle;
}

std::string text_of_time(double seconds) {
  if (seconds < 1e-6) return fmt::format("{:.3g} ns", seconds * 1e9);
  if (seconds < 1e-3) return fmt::format("{:.3g} us", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:.3g} ms", seconds * 1e3);
  return fmt::format("{:.3g} s", seconds);
}

std::string table_heading() {
  return line("", "time", "limit", "ratio", "bar");
}

std::string table_of(const std::string& title, const Group& group, const TimeKeeper& times) {
  std::string text = title + "\n";
  for (const Row& row : group.rows) {
    const double time = times.seconds(row.measured);
    std::string limit = row.limit;
    std::string ratio;
    std::string bar;
    if (!row.limits.empty()) {
      const double limit_time = limit_of(row, times);
      limit += ", " + text_of_time(limit_time);
      ratio = fmt::format("{:.2f}", time / limit_time);
      if (row.bar) bar = judgement(time / limit_time, *row.bar, fmt::format("{:.3g}", *row.bar));
    } else if (row.bar) {
      bar = judgement(time, *row.bar, text_of_time(*row.bar));
    }
    text += line(row.measured, text_of_time(time), limit, ratio, bar);
  }
  return text + rates_of(group, times);
}

}  // namespace vle::bench
