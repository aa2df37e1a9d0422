#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>
#include <vle/board/chip_firmware.hpp>
#include <vle/link/transport.hpp>

namespace vle::link::test {

/// A board in this process with a clock that moves only while somebody waits: whole minutes of patience pass at once,
/// and every run of a test is the same.
class VirtualBoard {
 public:
  explicit VirtualBoard(board::BoardSpec spec);

  TimePoint now() const { return now_; }
  void advance_to(TimePoint until) { now_ = std::max(now_, until); }
  /// Starts again with nothing loaded and another boot id.
  void restart();
  board::ChipFirmware& firmware() { return *firmware_; }
  /// One turn of the firmware; takes a microsecond.
  void poll();

 private:
  board::BoardSpec spec_;
  TimePoint now_{std::chrono::hours(1)};
  std::unique_ptr<board::ChipFirmware> firmware_;
};

/// The board's clock and its bytes as a medium.
class VirtualMedium final : public Medium {
 public:
  explicit VirtualMedium(std::shared_ptr<VirtualBoard> board) : board_(std::move(board)) {}

  std::string name() const override { return "virtual:"; }
  Result<std::unique_ptr<Transport>> connect(TimePoint deadline) override;
  TimePoint now() const override { return board_->now(); }
  void pause(TimePoint until) override;

 private:
  std::shared_ptr<VirtualBoard> board_;
};

/// A board of `target`, chip 7.
[[nodiscard]] board::BoardSpec board_of(const Target& target);

}  // namespace vle::link::test
