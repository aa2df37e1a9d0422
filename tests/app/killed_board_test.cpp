#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>
#include <vle/io/files.hpp>
#include <vle/link/link_backend.hpp>

#include "child.hpp"
#include "subject.hpp"

namespace vle::app {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

/// What has passed between a host and its board.
struct Passed {
  std::size_t written = 0;  ///< bytes
  std::size_t read = 0;
  std::size_t answers = 0;  ///< reads that gave something
};
using OnPass = std::function<void(const Passed&)>;

/// A medium that tells what passes over it, so that a board can be killed at a certain moment.
class WatchedMedium final : public link::Medium {
 public:
  WatchedMedium(std::unique_ptr<link::Medium> medium, const OnPass& on_pass)
      : medium_(std::move(medium)), on_pass_(on_pass) {}
  std::string name() const override { return medium_->name(); }
  Result<std::unique_ptr<link::Transport>> connect(link::TimePoint deadline) override {
    auto connected = medium_->connect(deadline);
    if (!connected) return connected;
    return std::make_unique<Line>(std::move(*connected), *this);
  }

 private:
  class Line final : public link::Transport {
   public:
    Line(std::unique_ptr<link::Transport> inner, WatchedMedium& medium) : inner_(std::move(inner)), medium_(medium) {}
    Result<> write(std::span<const std::uint8_t> bytes, link::TimePoint deadline) override {
      medium_.passed_.written += bytes.size();
      medium_.on_pass_(medium_.passed_);
      return inner_->write(bytes, deadline);
    }
    Result<std::size_t> read(std::span<std::uint8_t> into, link::TimePoint deadline) override {
      const Result<std::size_t> count = inner_->read(into, deadline);
      if (!count || *count == 0) return count;
      medium_.passed_.read += *count;
      ++medium_.passed_.answers;
      medium_.on_pass_(medium_.passed_);
      return count;
    }

   private:
    std::unique_ptr<link::Transport> inner_;
    WatchedMedium& medium_;
  };

  std::unique_ptr<link::Medium> medium_;
  const OnPass& on_pass_;
  Passed passed_;
};

/// `vle board` as a process of its own, to be killed and started again at the same address.
class KilledBoard : public testing::Test {
 protected:
  void start_board() {
    const std::string announced = folder.file("uri" + std::to_string(++starts));
    board =
        std::make_unique<Child>(std::vector<std::string>{"board", "--target", "bss2_like", "--chip", "7", "--listen",
                                                         "unix:" + folder.file("socket"), "--announce", announced});
    while (!std::filesystem::exists(announced)) std::this_thread::yield();
  }
  void kill_board() {
    if (!board) return;
    board->send(SIGKILL);
    board->wait();
    board.reset();
  }
  std::unique_ptr<link::LinkBackend> open() {
    link::LinkOptions options;
    options.patience.connect = kPatience;
    auto medium = link::make_medium(link::UnixUri{folder.file("socket")}).value();
    return link::open_link(std::make_unique<WatchedMedium>(std::move(medium), on_pass), options).value();
  }
  /// The error comes within the patience that was asked for, and what the machine takes.
  template <class Step>
  void expect_said_in_time(Step step) {
    const auto begun = std::chrono::steady_clock::now();
    const auto outcome = step();
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, ErrorCode::kDevice);
    EXPECT_THAT(outcome.error().message, HasSubstr("no connection"));
    EXPECT_FALSE(board) << "the board was not killed at the moment that the test is about";
    EXPECT_LT(std::chrono::steady_clock::now() - begun, kPatience + seconds(20));
  }
  /// What was loaded is gone with the board, which is said; then the same steps succeed, bit for bit.
  void expect_the_same_succeeds(link::LinkBackend& client, const RunOptions& options) {
    on_pass = [](const Passed&) {};
    start_board();
    const Result<> lost = client.load(map);
    ASSERT_FALSE(lost.has_value());
    EXPECT_THAT(lost.error().message, HasSubstr("the board restarted"));
    const auto again = open();
    ASSERT_TRUE(again->load(map).has_value());
    const auto traces = again->run(stimulus, options);
    ASSERT_TRUE(traces.has_value()) << traces.error().message;
    const auto chip = emulator::make_emulator_backend(map->target, 7, {});
    ASSERT_TRUE(chip->load(map).has_value());
    EXPECT_EQ(traces->signals[0].codes, chip->run(stimulus, options)->signals[0].codes);
  }

  static constexpr link::Duration kPatience = seconds(1);
  TemporaryFolder folder;
  int starts = 0;
  std::unique_ptr<Child> board;
  OnPass on_pass = [](const Passed&) {};
  std::shared_ptr<const ParameterMap> map =
      compile_subject(read_network(source_path("examples/chain/network.textproto")).value(),
                      read_target("bss2_like").value(), nullptr)
          .value();
  Stimulus stimulus{1, 400, 1, 0, std::vector<double>(400, 0.25), {}};
};

TEST_F(KilledBoard, DuringAnUpload) {
  start_board();
  on_pass = [this](const Passed& passed) {
    if (passed.written > 50'000) kill_board();
  };
  const auto client = open();
  ASSERT_GT(2 * map->image.size(), 100'000U);
  expect_said_in_time([&] { return client->load(map); });
  expect_the_same_succeeds(*client, {});
}

// A long settling: nothing is recorded yet, Heartbeats go back and forth.
TEST_F(KilledBoard, DuringARun) {
  start_board();
  const auto client = open();
  ASSERT_TRUE(client->load(map).has_value());
  RunOptions settling;
  settling.settle_steps = 100'000'000;
  std::size_t answers_before = 0;
  on_pass = [&](const Passed& passed) {
    if (answers_before == 0) answers_before = passed.answers;
    // Begin, chunk and commit of the stimulus, Run, the request for traces; then Heartbeats.
    if (passed.answers > answers_before + 7) kill_board();
  };
  expect_said_in_time([&] { return client->run(stimulus, settling); });
  expect_the_same_succeeds(*client, {});
}

TEST_F(KilledBoard, WhileItStreams) {
  start_board();
  const auto client = open();
  ASSERT_TRUE(client->load(map).has_value());
  std::size_t read_before = 0;
  on_pass = [&](const Passed& passed) {
    if (read_before == 0) read_before = passed.read;
    if (passed.read > read_before + 100'000) kill_board();
  };
  const Stimulus longer{1, 400'000, 1, 0, std::vector<double>(400'000, 0.25), {}};
  expect_said_in_time([&] { return client->run(longer, {}); });
  expect_the_same_succeeds(*client, {});
}

}  // namespace
}  // namespace vle::app
