#include "connection.hpp"

namespace vle::board {

bool Connection::deliver(ChipFirmware& firmware) {
  const std::size_t taken = firmware.receive(inbox_);
  inbox_.erase(inbox_.begin(), inbox_.begin() + static_cast<std::ptrdiff_t>(taken));
  if (!inbox_.empty()) return false;
  fresh_ = fresh_.subspan(firmware.receive(fresh_));
  return fresh_.empty();
}

bool Connection::collect(ChipFirmware& firmware) {
  if (output_.size() >= kOutputRoom) return false;
  const std::vector<std::uint8_t> bytes = firmware.take_output();
  output_.insert(output_.end(), bytes.begin(), bytes.end());
  return !output_.empty();
}

asio::awaitable<StreamError> Connection::write() {
  is_writing_ = true;
  StreamError error;
  while (!output_.empty() && !error) {
    const std::vector<std::uint8_t> bytes = std::exchange(output_, {});
    error = co_await stream_->write(bytes);
    drained_.cancel();
  }
  is_writing_ = false;
  is_broken_ = static_cast<bool>(error);
  co_return error;
}

}  // namespace vle::board
