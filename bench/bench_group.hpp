#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vle::bench {

/// Which clock counts: that of the working thread, or the wall's where several threads or a socket work.
enum class Clock { kThread, kWall };

/// One piece of work, done again and again.
using Work = std::function<void()>;

/// Something whose time is taken. Measurements of one group take turns, so that a case and its limit meet the same
/// machine.
struct Measurement {
  std::string name;               ///< within its group
  std::function<Work()> prepare;  ///< called once, before the first turn; what it captures lives as long as its group
  double parts = 1;               ///< equal parts that one call of the work has, steps of a run, say
  Clock clock = Clock::kThread;
  int repetitions = 9;
};

/// What a part does, for tables of rates.
struct PartLoad {
  double neurons = 0;        ///< that take a step
  double synapses = 0;       ///< whose product enters a sum, of both arrays
  double model_seconds = 0;  ///< of the network's time that pass
};

/// A line of the table: the time of a measurement, and its ratio to that of others.
struct Row {
  std::string measured;             ///< name of the measurement; also what the table says
  std::string limit;                ///< what it is held against, in words; empty: nothing
  std::vector<std::string> limits;  ///< measurements whose times add up to the limit
  std::optional<double> bar;        ///< largest ratio, or seconds where there is no limit, that the project asks for
  bool takes_largest = false;       ///< the limit is the largest of those times, not their sum
  std::optional<PartLoad> load = std::nullopt;  ///< the group's table of rates has a line for it
};

/// Measurements that take turns, and what the table says of them.
struct Group {
  std::vector<Measurement> measurements;
  std::vector<Row> rows;

  /// A measurement that is a row as well.
  void add(Measurement measurement, Row row) {
    row.measured = measurement.name;
    measurements.push_back(std::move(measurement));
    rows.push_back(std::move(row));
  }
};

/// A group, made when its turn comes and dropped after it.
struct GroupRecipe {
  std::string title;
  std::function<Group()> make;
};

/// How much is measured: all of it, or everything once at sizes that a test can afford.
struct Extent {
  bool is_reduced = false;
  /// `full`, or a size that takes little time.
  std::int64_t size(std::int64_t full, std::int64_t reduced) const { return is_reduced ? reduced : full; }
};

}  // namespace vle::bench
