#include <gmock/gmock.h>
#include <template_board.h>

#include <algorithm>
#include <deque>
#include <memory>

#include "conformance_cases.hpp"
#include "core_medium.hpp"

namespace vle::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The template port, with a table that a test may take functions out of.
struct TemplatePort {
  template_board board{};
  vle_fw_hal hal{};
  std::deque<std::uint8_t> incoming;
};

test::CoreInProcess core_of(const std::shared_ptr<TemplatePort>& port) {
  return {[port](const test::Bytes& bytes) { port->incoming.insert(port->incoming.end(), bytes.begin(), bytes.end()); },
          [port] {
            const test::Bytes sent(port->board.sent, port->board.sent + port->board.sent_count);
            port->board.sent_count = 0;
            return sent;
          },
          [port](std::uint32_t us) {
            port->board.clock_us += us;
            const test::Bytes bytes(port->incoming.begin(), port->incoming.end());
            const std::size_t taken = template_turn(&port->board, bytes.data(), bytes.size());
            port->incoming.erase(port->incoming.begin(), port->incoming.begin() + static_cast<std::ptrdiff_t>(taken));
          },
          [port] { return vle_fw_idle(&port->board.firmware) && port->incoming.empty(); }};
}

Report examine_template(const std::function<void(vle_fw_hal&)>& change) {
  auto port = std::make_shared<TemplatePort>();
  EXPECT_TRUE(template_start(&port->board, 3));
  port->hal = *port->board.firmware.hal;
  change(port->hal);
  port->board.firmware.hal = &port->hal;
  test::CoreMedium medium(core_of(port));
  return examine(medium, test::fake_options()).value();
}

// The template has no target of its own: that is what an author fills in.
TEST(TemplatePort, LacksOnlyWhoItIs) {
  const Report report = examine_template([](vle_fw_hal&) {});
  EXPECT_THAT(test::broken_clauses(report), ElementsAre("session.identity")) << test::text_of(report);
}

struct Missing {
  std::string function;
  std::function<void(vle_fw_hal&)> take_out;
};

class MissingFunction : public testing::TestWithParam<Missing> {};

/// The first clause that breaks beyond that names the function to fill in.
TEST_P(MissingFunction, IsNamedByTheFirstBrokenClause) {
  const Report report = examine_template(GetParam().take_out);
  const auto found = std::ranges::find_if(report.findings, [](const Finding& finding) {
    return finding.verdict == Verdict::kFailed && finding.check.clause != "session.identity";
  });
  ASSERT_NE(found, report.findings.end()) << test::text_of(report);
  EXPECT_THAT(std::string(found->check.hint), HasSubstr(GetParam().function)) << found->check.name;
}

INSTANTIATE_TEST_SUITE_P(Template, MissingFunction,
                         testing::Values(Missing{"object_begin", [](vle_fw_hal& hal) { hal.object_begin = nullptr; }},
                                         Missing{"object_write", [](vle_fw_hal& hal) { hal.object_write = nullptr; }},
                                         Missing{"object_read", [](vle_fw_hal& hal) { hal.object_read = nullptr; }},
                                         Missing{"object_commit", [](vle_fw_hal& hal) { hal.object_commit = nullptr; }},
                                         Missing{"run_prepare", [](vle_fw_hal& hal) { hal.run_prepare = nullptr; }},
                                         Missing{"run_step", [](vle_fw_hal& hal) { hal.run_step = nullptr; }},
                                         Missing{"run_stop", [](vle_fw_hal& hal) { hal.run_stop = nullptr; }},
                                         Missing{"run_samples", [](vle_fw_hal& hal) { hal.run_samples = nullptr; }},
                                         Missing{"transmit",
                                                 [](vle_fw_hal& hal) {
                                                   hal.transmit = [](void*, const std::uint8_t*, std::size_t) {
                                                     return std::size_t{0};
                                                   };
                                                 }},
                                         Missing{"now_us",
                                                 [](vle_fw_hal& hal) { hal.now_us = [](void*) { return 5U; }; }}),
                         [](const auto& missing) { return missing.param.function; });

TEST(TemplatePort, MayLackRegisters) {
  const Report report = examine_template([](vle_fw_hal& hal) { hal.registers_write = nullptr; });
  EXPECT_THAT(test::broken_clauses(report), ElementsAre("session.identity"));
  EXPECT_THAT(test::text_of(report), HasSubstr("registers_write or registers_read is NULL"));
}

}  // namespace
}  // namespace vle::conformance
