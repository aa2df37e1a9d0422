#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vle/result/result.hpp>

namespace vle::link {

using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/// A connected byte stream to a board. Nothing waits without a deadline. One thread uses it.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Sends all of `bytes`. Errors (kDevice): the stream ended, or took too little before the deadline; it is of no use
  /// from then on.
  [[nodiscard]] virtual Result<> write(std::span<const std::uint8_t> bytes, TimePoint deadline) = 0;
  /// Waits until something has come, gives what there is, up to `into.size()` bytes; 0: nothing before the deadline.
  /// Errors (kDevice): the stream ended.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<std::uint8_t> into, TimePoint deadline) = 0;
};

/// How a board is reached, as often as needed, and the clock of whoever waits for it.
class Medium {
 public:
  virtual ~Medium() = default;

  /// For messages, as people write it: `tcp://127.0.0.1:7070`.
  virtual std::string name() const = 0;
  /// Errors are kDevice and name what to look at.
  [[nodiscard]] virtual Result<std::unique_ptr<Transport>> connect(TimePoint deadline) = 0;

  /// What one byte takes on a slow line; 0 where that does not count.
  virtual Duration byte_time() const { return {}; }
  virtual TimePoint now() const { return std::chrono::steady_clock::now(); }
  /// Returns at `until`.
  virtual void pause(TimePoint until);
};

}  // namespace vle::link
