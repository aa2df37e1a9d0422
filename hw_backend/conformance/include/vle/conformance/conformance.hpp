#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>
#include <vle/link/transport.hpp>
#include <vle/result/result.hpp>
#include <vle/target/register_layout.hpp>

namespace vle::conformance {

/// A sentence of docs/protocol.md that a board keeps or breaks.
struct Clause {
  std::string_view id;    ///< `frame.crc`; stable, and an anchor of that page
  std::string_view rule;  ///< what a board must do
};
/// All clauses, in the order of the page.
[[nodiscard]] std::span<const Clause> clauses();

/// One question that a board is asked.
struct Check {
  std::string_view name;
  std::string_view clause;  ///< that the board breaks where it fails
  std::string_view what;    ///< what is done, for people
  std::string_view hint;    ///< where the author of a firmware looks
};
/// All checks, in the order in which they run.
[[nodiscard]] std::vector<Check> checks();

enum class Verdict {
  kPassed,
  kFailed,    ///< the clause is broken
  kSkipped,   ///< the board lacks what the clause is about, and may
  kUnjudged,  ///< what the check builds on does not work
};

struct Finding {
  Check check;
  Verdict verdict = Verdict::kUnjudged;
  std::string text;    ///< what was seen, or why there is no verdict; empty where it passed
  double seconds = 0;  ///< on the medium's clock
};

/// What a board says of itself.
struct BoardFacts {
  std::string target;
  std::string target_hash;
  std::string description;  ///< the serialized vle.v1.Target; empty: the board gives none
  std::string firmware_version;
  std::uint64_t chip_id = 0;
};

/// What the board is made to run: an image that its chip takes. What it computes does not matter.
struct Subject {
  Geometry geometry;
  std::vector<std::uint16_t> image;
};

struct ExamineOptions {
  /// Makes the subject once the board has said what it is; after an error what needs one is not judged.
  std::function<Result<Subject>(const BoardFacts&)> subject;
  std::vector<std::string> only;   ///< names of checks or ids of clauses; empty: all. What they need runs as well
  std::uint64_t client_nonce = 1;  ///< who this host is to the board; not 0
  std::uint64_t seed = 1;          ///< of what is drawn: garbage, hostile messages
  std::function<void(const Finding&)> progress;
  std::stop_token stop;  ///< the checks after it are not judged
};

/// Answers to Heartbeat, in seconds.
struct RoundTrips {
  std::int64_t count = 0;
  double median = 0;
  double p99 = 0;
};

struct Report {
  std::string address;
  BoardFacts board;
  std::vector<Finding> findings;  ///< one a check that was asked for, in their order
  RoundTrips round_trips;

  [[nodiscard]] std::int64_t count(Verdict verdict) const;
  /// No clause is broken, and all were judged that the board does not lack.
  [[nodiscard]] bool is_conformant() const;
};

/// Asks a board everything that docs/protocol.md promises, and says what it broke. What the board held is lost; it is
/// left in no run. Errors: kDevice (no connection at all), kInvalidInput (`only` names nothing).
[[nodiscard]] Result<Report> examine(link::Medium& medium, const ExamineOptions& options);

/// For people: a line a check, and the clause and a hint where one failed.
[[nodiscard]] std::string report_line(const Finding& finding);
[[nodiscard]] std::string report_summary(const Report& report);
/// As JUnit's XML, for a CI server: a test case a check, its class name the clause.
[[nodiscard]] std::string report_junit(const Report& report);
/// The tables of docs/protocol.md and docs/conformance.md (Markdown).
[[nodiscard]] std::string clause_page();
[[nodiscard]] std::string check_page();

}  // namespace vle::conformance
