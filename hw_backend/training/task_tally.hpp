#pragma once

#include <cstddef>

namespace vle::training {

/// What a task counts of rates and targets: the spread of the targets, and how often the sign is right where it is
/// judged.
struct TaskTally {
  double sum = 0;      ///< of the targets
  double squares = 0;  ///< of the targets
  std::size_t count = 0;
  std::size_t judged = 0;
  std::size_t right = 0;

  void add(double r, double target, bool is_judged) {
    sum += target;
    squares += target * target;
    ++count;
    if (!is_judged) return;
    ++judged;
    if (r * target > 0) ++right;
  }
  /// Share of right signs; something must have been judged.
  double right_share() const { return static_cast<double>(right) / static_cast<double>(judged); }
};

}  // namespace vle::training
