#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "files.hpp"
#include "served_board.hpp"
#include "subject.hpp"

namespace vle::link {
namespace {

using test::Served;

constexpr std::size_t kClients = 8;

/// Jobs of all clients together; scripts/many-clients.sh asks for more.
std::int64_t job_count() {
  const char* wanted = std::getenv("VLE_CLIENT_JOBS");
  return wanted == nullptr ? 48 : std::strtoll(wanted, nullptr, 10);
}

/// What the clients have done, as they themselves see it.
struct Tally {
  std::array<std::atomic<std::int64_t>, kClients> done{};
  std::atomic<std::int64_t> all{0};
  std::atomic<std::int64_t> longest_wait{0};  ///< jobs of others that ended while one job was under way
  std::atomic<std::int64_t> least_at_end{
      -1};  ///< jobs of the slowest client when the first one had done all of its own

  void end_job(std::size_t client, std::int64_t begun_at, std::int64_t own_jobs) {
    const std::int64_t others = all.fetch_add(1) - begun_at;
    std::int64_t longest = longest_wait;
    while (others > longest && !longest_wait.compare_exchange_weak(longest, others)) {
    }
    if (++done[client] < own_jobs) return;
    std::int64_t least = own_jobs;
    for (const auto& each : done) least = std::min<std::int64_t>(least, each);
    std::int64_t nobody = -1;
    least_at_end.compare_exchange_strong(nobody, least);
  }
};

RegisterWrite own_weight(std::size_t client) {
  return {static_cast<std::uint32_t>(test::subject_map()->image.size() - 1), {static_cast<std::uint16_t>(client)}};
}

/// Programs one weight of its own and expects the chip to run by it, whoever else is on the board. A new session a job.
void play_jobs(const LinkUri& uri, std::size_t client, std::int64_t jobs, Tally& tally,
               std::vector<std::int32_t>& codes) {
  const Stimulus stimulus = test::subject_stimulus(1, 20);
  const auto map = test::subject_map();
  const RegisterWrite write = own_weight(client);
  RunOptions options;
  options.seed = client;
  for (std::int64_t job = 0; job < jobs; ++job) {
    const std::int64_t begun_at = tally.all;
    const auto board = open_link(uri);
    ASSERT_TRUE(board.has_value()) << board.error().message;
    ASSERT_TRUE((*board)->load(map).has_value());
    ASSERT_TRUE((*board)->write_registers({&write, 1}).has_value());
    const auto traces = (*board)->run(stimulus, options);
    ASSERT_TRUE(traces.has_value()) << traces.error().message;
    if (job > 0) {
      ASSERT_EQ(traces->signals[0].codes, codes);
    }
    codes = traces->signals[0].codes;
    ASSERT_EQ((*board)->read_registers(write.address, 1).value(), write.words);
    tally.end_job(client, begun_at, jobs);
  }
}

// More clients than places: some wait for a place, all for the chip.
TEST(BoardServer, ServesEightClientsAtOnceAndKeepsThemApart) {
  const vle::test::TemporaryFolder folder;
  const Served board("unix:" + folder.file("board"), {5, 16, 64, std::chrono::seconds(600), std::chrono::seconds(300)});
  const std::int64_t own_jobs =
      (job_count() + static_cast<std::int64_t>(kClients) - 1) / static_cast<std::int64_t>(kClients);
  std::array<std::vector<std::int32_t>, kClients> codes;
  Tally tally;
  {
    std::vector<std::jthread> clients;
    for (std::size_t k = 0; k < kClients; ++k) {
      clients.emplace_back([&, k] { play_jobs(board.uri(), k, own_jobs, tally, codes[k]); });
    }
  }
  for (std::size_t k = 0; k < kClients; ++k) {
    RunOptions options;
    options.seed = k;
    const auto chip = emulator::make_emulator_backend(coarse_target(), 7, {});
    ASSERT_TRUE(chip->load(test::subject_map()).has_value());
    const RegisterWrite write = own_weight(k);
    ASSERT_TRUE(chip->write_registers({&write, 1}).has_value());
    EXPECT_EQ(chip->run(test::subject_stimulus(1, 20), options)->signals[0].codes, codes[k]) << k;
    EXPECT_EQ(tally.done[k], own_jobs) << k;
  }
  std::printf(
      "%zu clients, %lld jobs each; while one job was under way, at most %lld of the others' ended; when the first "
      "client was done, the last had done %lld\n",
      kClients, static_cast<long long>(own_jobs), static_cast<long long>(tally.longest_wait.load()),
      static_cast<long long>(tally.least_at_end.load()));
  // Places and chip are given in the order of asking, so clients of equal jobs go side by side.
  EXPECT_GE(2 * tally.least_at_end, own_jobs);
}

}  // namespace
}  // namespace vle::link
