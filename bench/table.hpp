#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

#include "bench_group.hpp"

namespace vle::bench {

/// Keeps the times of every repetition, by measurement: seconds a part, by the clock that counts.
class TimeKeeper final : public benchmark::BenchmarkReporter {
 public:
  explicit TimeKeeper(const Group& group) : group_(&group) {}

  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override;

  /// Median over the repetitions.
  double seconds(const std::string& measurement) const;

 private:
  const Group* group_;
  std::map<std::string, std::vector<double>> times_;
};

/// `62.1 us`
std::string text_of_time(double seconds);

/// The lines of a group: what was measured, its time, its limit, their ratio, and the bar with the answer; then rates
/// of those rows that say what a part does.
std::string table_of(const std::string& title, const Group& group, const TimeKeeper& times);
std::string table_heading();

}  // namespace vle::bench
