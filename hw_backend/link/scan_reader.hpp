#pragma once

#include <cstdint>
#include <span>
#include <vector>
#include <vle/backend/trace_sink.hpp>

#include "scan_plan.hpp"

namespace vle::link {

/// Sorts the codes of one trial, in the order in which a board reads them out, into the window of its trial.
class ScanReader {
 public:
  /// Both must outlive the reader.
  ScanReader(const ScanPlan& scan, TraceWindow& window) : scan_(scan), window_(window) {}

  /// The next bytes, 16 bits a code, low byte first; samples may be cut anywhere. Errors: the sink's.
  [[nodiscard]] Result<> take(std::span<const std::uint8_t> bytes);
  /// Whole samples that have come.
  std::int64_t samples() const { return samples_; }

 private:
  [[nodiscard]] Result<> place_sample();

  const ScanPlan& scan_;
  TraceWindow& window_;
  std::vector<std::uint8_t> sample_;  ///< as much of the sample at hand as has come
  std::int64_t samples_ = 0;
};

}  // namespace vle::link
