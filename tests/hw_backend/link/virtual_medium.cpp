#include "virtual_medium.hpp"

#include <algorithm>
#include <vle/io/files.hpp>

namespace vle::link::test {
namespace {

constexpr Duration kPoll = std::chrono::microseconds(1);
constexpr Duration kSleep = std::chrono::milliseconds(1);

class VirtualTransport final : public Transport {
 public:
  explicit VirtualTransport(std::shared_ptr<VirtualBoard> board) : board_(std::move(board)) {
    board_->firmware().take_output();
  }

  Result<> write(std::span<const std::uint8_t> bytes, TimePoint deadline) override {
    while (!bytes.empty()) {
      bytes = bytes.subspan(board_->firmware().receive(bytes));
      if (bytes.empty()) break;
      board_->poll();
      collect();
      if (board_->now() >= deadline) return fail(ErrorCode::kDevice, "virtual: takes no more bytes");
    }
    return {};
  }

  Result<std::size_t> read(std::span<std::uint8_t> into, TimePoint deadline) override {
    collect();
    while (output_.empty() && board_->now() < deadline) {
      board_->poll();
      collect();
      if (output_.empty() && board_->firmware().is_idle()) {
        board_->advance_to(std::min(deadline, board_->now() + kSleep));
      }
    }
    const std::size_t count = std::min(into.size(), output_.size());
    std::copy_n(output_.begin(), count, into.begin());
    output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

 private:
  void collect() {
    const std::vector<std::uint8_t> bytes = board_->firmware().take_output();
    output_.insert(output_.end(), bytes.begin(), bytes.end());
  }

  std::shared_ptr<VirtualBoard> board_;
  std::vector<std::uint8_t> output_;
};

}  // namespace

VirtualBoard::VirtualBoard(board::BoardSpec spec) : spec_(std::move(spec)) {
  restart();
}

void VirtualBoard::restart() {
  ++spec_.boot_id;
  firmware_ = std::make_unique<board::ChipFirmware>(spec_, std::make_shared<board::ChipTurn>(), [this] {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch()).count());
  });
}

void VirtualBoard::poll() {
  now_ += kPoll;
  firmware_->poll();
}

Result<std::unique_ptr<Transport>> VirtualMedium::connect(TimePoint) {
  return std::make_unique<VirtualTransport>(board_);
}

void VirtualMedium::pause(TimePoint until) {
  while (board_->now() < until) {
    board_->poll();
    if (board_->firmware().is_idle()) board_->advance_to(std::min(until, board_->now() + kSleep));
  }
}

board::BoardSpec board_of(const Target& target) {
  board::BoardSpec spec;
  spec.target = target;
  spec.description = serialise_target(target);
  spec.chip_id = 7;
  spec.firmware_version = "test";
  return spec;
}

}  // namespace vle::link::test
