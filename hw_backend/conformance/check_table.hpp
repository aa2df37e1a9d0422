#pragma once

#include <span>

#include "examiner.hpp"

namespace vle::conformance {

/// What a check can build on: opened by the check that shows that it works.
enum Gate : unsigned {
  kNothing = 0,
  kWire = 1U << 0,       ///< the board's frames are not foreign ones
  kSession = 1U << 1,    ///< it answers Hello
  kFacts = 1U << 2,      ///< what it is is known, so that there is a subject
  kUploads = 1U << 3,    ///< it stores and commits
  kRegisters = 1U << 4,  ///< it writes and reads registers
  kRuns = 1U << 5,       ///< it plays a run to its end
  kTraces = 1U << 6,     ///< its traces come
};

struct CheckRecord {
  Check about;
  unsigned needs = kSession;
  unsigned opens = kNothing;
  void (*run)(Examiner& examiner) = nullptr;
};

/// The checks in their order; each file of checks has one part of the table.
[[nodiscard]] const std::vector<CheckRecord>& check_table();

[[nodiscard]] std::vector<CheckRecord> first_checks();
[[nodiscard]] std::vector<CheckRecord> frame_checks();
[[nodiscard]] std::vector<CheckRecord> message_checks();
[[nodiscard]] std::vector<CheckRecord> session_checks();
[[nodiscard]] std::vector<CheckRecord> repeat_checks();
[[nodiscard]] std::vector<CheckRecord> upload_checks();
[[nodiscard]] std::vector<CheckRecord> upload_refusal_checks();
[[nodiscard]] std::vector<CheckRecord> register_checks();
[[nodiscard]] std::vector<CheckRecord> empty_board_checks();
[[nodiscard]] std::vector<CheckRecord> run_checks();
[[nodiscard]] std::vector<CheckRecord> trace_checks();
[[nodiscard]] std::vector<CheckRecord> safety_checks();
[[nodiscard]] std::vector<CheckRecord> restart_checks();

}  // namespace vle::conformance
