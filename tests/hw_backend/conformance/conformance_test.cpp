#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "conformance_cases.hpp"
#include "defect.hpp"

namespace vle::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Report examine_defect(const test::Defect& defect) {
  auto board = std::make_shared<test::FakeBoard>();
  test::CoreMedium medium(test::core_of(board, defect));
  return examine(medium, test::fake_options()).value();
}

TEST(Conformance, ASoundFirmwareKeepsEveryClause) {
  const Report report = examine_defect(test::defect("none"));
  EXPECT_THAT(test::broken_clauses(report), IsEmpty()) << test::text_of(report);
  EXPECT_TRUE(report.is_conformant()) << test::text_of(report);
  EXPECT_GT(report.round_trips.count, 100);
}

TEST(Conformance, ASoundFirmwareWithoutFeaturesKeepsEveryClause) {
  test::Defect bare = test::defect("bare");
  bare.set_up = [](test::FakeBoard& board) {
    board.hal.registers_write = nullptr;
    board.hal.reset = nullptr;
    board.hal.run_counters = nullptr;
    board.board.description = nullptr;
    board.board.pauses = false;
    board.board.seeded = false;
    board.steps_per_call = 1;
  };
  const Report report = examine_defect(bare);
  EXPECT_TRUE(report.is_conformant()) << test::text_of(report);
  EXPECT_GE(report.count(Verdict::kSkipped), 5);
}

class Defects : public testing::TestWithParam<test::Defect> {};

TEST_P(Defects, BreakTheirClauseAndNoOther) {
  const Report report = examine_defect(GetParam());
  EXPECT_THAT(test::broken_clauses(report), ElementsAre(GetParam().clause)) << test::text_of(report);
  EXPECT_FALSE(report.is_conformant());
  const auto found = std::ranges::find(report.findings, Verdict::kFailed, &Finding::verdict);
  ASSERT_NE(found, report.findings.end());
  EXPECT_THAT(std::string(found->check.hint) + found->text, HasSubstr(GetParam().hint));
}

INSTANTIATE_TEST_SUITE_P(Firmware, Defects, testing::ValuesIn(test::defects()),
                         [](const auto& one) { return one.param.name; });

TEST(Conformance, EveryClauseHasACheckAndEveryCheckAClause) {
  std::set<std::string_view> ids;
  for (const Clause& clause : clauses()) EXPECT_TRUE(ids.insert(clause.id).second) << clause.id;
  std::set<std::string_view> names;
  std::set<std::string_view> checked;
  for (const Check& check : checks()) {
    EXPECT_TRUE(names.insert(check.name).second) << check.name;
    EXPECT_TRUE(ids.contains(check.clause)) << check.name << ": " << check.clause;
    checked.insert(check.clause);
  }
  EXPECT_EQ(checked, ids);
}

TEST(Conformance, RunsTheChecksAskedForAndWhatTheyNeed) {
  auto board = std::make_shared<test::FakeBoard>();
  test::CoreMedium medium(test::core_of(board, test::defect("none")));
  ExamineOptions options = test::fake_options();
  options.only = {"trace.credit"};
  const Report report = examine(medium, options).value();
  EXPECT_TRUE(report.is_conformant()) << test::text_of(report);
  EXPECT_EQ(report.findings.back().check.name, "trace-credit");
  EXPECT_LT(report.findings.size(), 12U);
  options.only = {"trace.credits"};
  EXPECT_EQ(examine(medium, options).error().code, ErrorCode::kInvalidInput);
}

TEST(Conformance, SaysWhatItCannotJudge) {
  auto board = std::make_shared<test::FakeBoard>();
  test::CoreMedium medium(test::core_of(board, test::defect("none")));
  ExamineOptions options = test::fake_options();
  options.subject = [](const BoardFacts&) -> Result<Subject> { return fail(ErrorCode::kInvalidInput, "no target"); };
  const Report report = examine(medium, options).value();
  EXPECT_THAT(test::broken_clauses(report), IsEmpty());
  EXPECT_FALSE(report.is_conformant());
  EXPECT_THAT(test::text_of(report), HasSubstr("there is nothing to run: no target"));
}

TEST(Conformance, ReportsForServers) {
  Report report;
  report.address = "tcp://<board>";
  report.findings.push_back({{"crc-wrong", "frame.crc", "what", "the \"hint\""}, Verdict::kFailed, "a & b", 0.5});
  report.findings.push_back({{"restart", "session.boot", "what", "hint"}, Verdict::kSkipped, "no\nreset", 0.25});
  const std::string xml = report_junit(report);
  EXPECT_THAT(xml, HasSubstr("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"0.750\""));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"a &amp; b\">"));
  EXPECT_THAT(xml, HasSubstr("tcp://&lt;board&gt;"));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"no?reset\"/>"));
  EXPECT_THAT(report_line(report.findings[0]), HasSubstr("docs/protocol.md#frame.crc"));
}

}  // namespace
}  // namespace vle::conformance
