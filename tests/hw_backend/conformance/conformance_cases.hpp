#pragma once

#include <algorithm>
#include <string>
#include <vector>
#include <vle/conformance/conformance.hpp>

namespace vle::conformance::test {

/// For boards whose chips take any image.
inline ExamineOptions fake_options() {
  ExamineOptions options;
  options.client_nonce = 0x0123456789ABCDEFULL;
  options.subject = [](const BoardFacts&) -> Result<Subject> {
    Subject subject;
    subject.geometry.rows = 16;
    subject.geometry.columns = 16;
    subject.geometry.input_channels = 2;
    for (std::uint16_t i = 0; i < 500; ++i) subject.image.push_back(static_cast<std::uint16_t>(i * 7919U));
    return subject;
  };
  return options;
}

inline std::vector<std::string> broken_clauses(const Report& report) {
  std::vector<std::string> broken;
  for (const Finding& finding : report.findings) {
    if (finding.verdict == Verdict::kFailed) broken.emplace_back(finding.check.clause);
  }
  broken.erase(std::unique(broken.begin(), broken.end()), broken.end());
  return broken;
}

inline std::string text_of(const Report& report) {
  std::string text;
  for (const Finding& finding : report.findings) text += report_line(finding);
  return text;
}

}  // namespace vle::conformance::test
