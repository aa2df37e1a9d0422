#include "campaign.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vle/link/link_backend.hpp>

#include "run_on_chip.hpp"

namespace vle::link::test {
namespace {

const char* wanted_scripts() {
  return std::getenv("VLE_FAULT_SCRIPTS");
}

}  // namespace

std::uint32_t script_count(std::uint32_t usual) {
  const char* wanted = wanted_scripts();
  return wanted == nullptr ? usual : static_cast<std::uint32_t>(std::strtoul(wanted, nullptr, 10));
}

bool tells_how_scripts_end() {
  return wanted_scripts() != nullptr;
}

Scenario::Scenario(std::shared_ptr<const ParameterMap> given_map, std::uint64_t chip_id, Stimulus given_stimulus,
                   RunOptions given_options)
    : map(std::move(given_map)), stimulus(std::move(given_stimulus)), options(std::move(given_options)) {
  expected = run_on_chip(map, chip_id, {}, stimulus, options);
}

Result<> play(const Scenario& wanted, std::unique_ptr<Medium> medium, std::uint64_t client_nonce) {
  LinkOptions options;
  options.client_nonce = client_nonce;
  auto board = open_link(std::move(medium), options);
  if (!board) return tl::unexpected(board.error());
  if (Result<> loaded = (*board)->load(wanted.map); !loaded) return loaded;
  const Result<Traces> traces = (*board)->run(wanted.stimulus, wanted.options);
  if (!traces) return tl::unexpected(traces.error());
  for (std::size_t k = 0; k < traces->signals.size(); ++k) {
    EXPECT_EQ(traces->signals[k].codes, wanted.expected.signals[k].codes);
  }
  EXPECT_EQ(traces->report.saturated, wanted.expected.report.saturated);
  EXPECT_EQ(traces->report.steps, wanted.stimulus.steps);
  const auto count = static_cast<std::uint32_t>(wanted.map->image.size());
  const auto registers = (*board)->read_registers(0, count);
  if (!registers) return tl::unexpected(registers.error());
  EXPECT_EQ(*registers, wanted.map->image);
  return {};
}

}  // namespace vle::link::test
