#include <algorithm>
#include <optional>

#include "check_table.hpp"

namespace vle::conformance {
namespace {

/// The record that has told what a gate stands for; its name is what people are told.
std::string_view opener_of(unsigned missing) {
  for (const CheckRecord& record : check_table()) {
    if ((record.opens & missing) != 0) return record.about.name;
  }
  return "the subject";
}

/// The checks that are asked for, and those that they build on.
Result<std::vector<const CheckRecord*>> select(const std::vector<std::string>& only) {
  std::vector<const CheckRecord*> selected;
  for (const std::string& name : only) {
    const bool is_known = std::ranges::any_of(check_table(), [&](const CheckRecord& record) {
      return record.about.name == name || record.about.clause == name;
    });
    if (!is_known) {
      return fail(ErrorCode::kInvalidInput, "\"{}\" is neither a check nor a clause; docs/conformance.md lists both",
                  name);
    }
  }
  unsigned needed = only.empty() ? ~0U : kSession;
  for (auto record = check_table().rbegin(); record != check_table().rend(); ++record) {
    const bool is_named = std::ranges::any_of(
        only, [&](const std::string& name) { return record->about.name == name || record->about.clause == name; });
    const bool is_first = record->needs == kNothing;
    const bool tells_facts = (needed & kFacts) != 0 && record->about.clause == "target.description";
    if (!is_named && !only.empty() && (record->opens & needed) == 0 && !is_first && !tells_facts &&
        record->about.clause != "session.identity") {
      continue;
    }
    needed |= record->needs;
    selected.push_back(&*record);
  }
  std::ranges::reverse(selected);
  return selected;
}

/// One board, from the first check to the last.
class Examination {
 public:
  Examination(link::Medium& medium, const ExamineOptions& options, Report& report)
      : options_(options), report_(report), examiner_(medium, options.client_nonce, options.seed) {
    examiner_.facts = &report.board;
  }

  Result<> run(const std::vector<const CheckRecord*>& records) {
    if (Result<> connected = examiner_.connect(); !connected) return connected;
    for (const CheckRecord* record : records) {
      const TimePoint begun = examiner_.now();
      Finding finding = judge(*record);
      finding.seconds = std::chrono::duration<double>(examiner_.now() - begun).count();
      report_.findings.push_back(std::move(finding));
      if (options_.progress) options_.progress(report_.findings.back());
      if (record->about.clause == "target.description") make_subject();
    }
    // Nothing is left running.
    if ((open_ & kSession) != 0 && dead_since_.empty()) static_cast<void>(examiner_.refresh());
    sum_up(examiner_.round_trips());
    return {};
  }

 private:
  Finding judge(const CheckRecord& record) {
    Finding finding{record.about, Verdict::kUnjudged, "", 0};
    const unsigned missing = record.needs & ~open_;
    if (options_.stop.stop_requested()) {
      finding.text = "interrupted";
    } else if (!dead_since_.empty()) {
      finding.text = fmt::format("the board answers no more since {}", dead_since_);
    } else if (missing == kFacts && !no_subject_.empty()) {
      finding.text = "there is nothing to run: " + no_subject_;
    } else if ((missing & lacking_) != 0) {
      finding.verdict = Verdict::kSkipped;
      finding.text = fmt::format("builds on {}, which the board lacks", opener_of(missing & lacking_));
    } else if (missing != 0) {
      finding.text = fmt::format("builds on {}, which did not pass", opener_of(missing));
    } else {
      examiner_.begin_check();
      record.run(examiner_);
      finding.verdict = examiner_.verdict();
      finding.text = examiner_.text();
      note_gate(record, finding.verdict);
      if ((open_ & kSession) != 0) look_after(finding);
    }
    return finding;
  }

  void note_gate(const CheckRecord& record, Verdict verdict) {
    // Where nothing comes back at all, the next check says so.
    const bool is_first = record.needs == kNothing && verdict != Verdict::kFailed;
    if (verdict == Verdict::kPassed || is_first) open_ |= record.opens;
    if (verdict == Verdict::kSkipped) lacking_ |= record.opens;
  }

  /// The board must have survived the check, and be ready for the next.
  void look_after(Finding& finding) {
    const std::uint32_t boot_id = examiner_.board().boot_id();
    const auto broken = [&](std::string text) {
      if (finding.verdict == Verdict::kFailed) return;
      finding.verdict = Verdict::kFailed;
      finding.text = std::move(text);
    };
    if (!examiner_.refresh()) {
      broken("the board answers no more after it");
      dead_since_ = finding.check.name;
    } else if (examiner_.board().boot_id() != boot_id) {
      broken(fmt::format("the board restarted (reset cause {})", v1::ResetCause_Name(examiner_.board().reset_cause())));
    }
  }

  void make_subject() {
    if (!options_.subject || (open_ & kSession) == 0) return;
    Result<Subject> subject = options_.subject(report_.board);
    if (!subject) {
      no_subject_ = subject.error().message;
      return;
    }
    subject_ = std::move(*subject);
    examiner_.subject = &*subject_;
    open_ |= kFacts;
  }

  void sum_up(std::vector<double> taken) {
    if (taken.empty()) return;
    std::ranges::sort(taken);
    report_.round_trips = {static_cast<std::int64_t>(taken.size()), taken[taken.size() / 2],
                           taken[taken.size() * 99 / 100]};
  }

  const ExamineOptions& options_;
  Report& report_;
  Examiner examiner_;
  std::optional<Subject> subject_;
  std::string no_subject_;
  std::string dead_since_;
  unsigned open_ = kNothing;
  unsigned lacking_ = kNothing;
};

}  // namespace

std::int64_t Report::count(Verdict verdict) const {
  return std::ranges::count(findings, verdict, &Finding::verdict);
}

bool Report::is_conformant() const {
  return count(Verdict::kFailed) == 0 && count(Verdict::kUnjudged) == 0;
}

Result<Report> examine(link::Medium& medium, const ExamineOptions& options) {
  const Result<std::vector<const CheckRecord*>> records = select(options.only);
  if (!records) return tl::unexpected(records.error());
  Report report;
  report.address = medium.name();
  Examination examination(medium, options, report);
  if (Result<> done = examination.run(*records); !done) return tl::unexpected(done.error());
  return report;
}

}  // namespace vle::conformance
