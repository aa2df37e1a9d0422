#include <algorithm>
#include <vle/conformance/conformance.hpp>

namespace vle::conformance {
namespace {

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      return "ok";
    case Verdict::kFailed:
      return "BROKEN";
    case Verdict::kSkipped:
      return "lacks";
    case Verdict::kUnjudged:
      return "?";
  }
  return "";
}

std::string_view rule_of(std::string_view id) {
  const auto list = clauses();
  const auto found = std::ranges::find(list, id, &Clause::id);
  return found == list.end() ? std::string_view() : found->rule;
}

/// Text for XML; what is not text there (control characters) becomes a question mark.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E ? '?' : c;
    }
  }
  return out;
}

std::string outcome_xml(const Finding& finding) {
  switch (finding.verdict) {
    case Verdict::kPassed:
      return "";
    case Verdict::kFailed:
      return fmt::format("      <failure message=\"{}\">{} {}</failure>\n", escaped(finding.text),
                         escaped(rule_of(finding.check.clause)), escaped(finding.check.hint));
    case Verdict::kSkipped:
      return fmt::format("      <skipped message=\"{}\"/>\n", escaped(finding.text));
    case Verdict::kUnjudged:
      return fmt::format("      <error message=\"{}\"/>\n", escaped(finding.text));
  }
  return "";
}

}  // namespace

std::string report_line(const Finding& finding) {
  std::string line =
      fmt::format("  {:<7} {:<19} {}", word_of(finding.verdict), finding.check.clause, finding.check.name);
  if (!finding.text.empty()) line += fmt::format(": {}", finding.text);
  line += '\n';
  if (finding.verdict == Verdict::kFailed) {
    line += fmt::format("          docs/protocol.md#{}: {}\n          look at: {}\n", finding.check.clause,
                        rule_of(finding.check.clause), finding.check.hint);
  }
  return line;
}

std::string report_summary(const Report& report) {
  std::string text = fmt::format("{} checks: {} ok, {} broken, {} not judged, {} of what the board lacks\n",
                                 report.findings.size(), report.count(Verdict::kPassed), report.count(Verdict::kFailed),
                                 report.count(Verdict::kUnjudged), report.count(Verdict::kSkipped));
  if (report.round_trips.count > 0) {
    text += fmt::format("Heartbeat is answered within {:.3g} ms (median), {:.3g} ms (99 of 100)\n",
                        1e3 * report.round_trips.median, 1e3 * report.round_trips.p99);
  }
  return text;
}

std::string report_junit(const Report& report) {
  double seconds = 0;
  for (const Finding& finding : report.findings) seconds += finding.seconds;
  std::string xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"vle conformance {}\" tests=\"{}\" "
      "failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n",
      escaped(report.address), report.findings.size(), report.count(Verdict::kFailed), report.count(Verdict::kUnjudged),
      report.count(Verdict::kSkipped), seconds);
  for (const Finding& finding : report.findings) {
    xml +=
        fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">\n{}    </testcase>\n",
                    escaped(finding.check.clause), escaped(finding.check.name), finding.seconds, outcome_xml(finding));
  }
  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace vle::conformance
