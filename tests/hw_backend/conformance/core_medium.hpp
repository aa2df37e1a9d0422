#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>
#include <vle/link/transport.hpp>

namespace vle::conformance::test {

using Bytes = std::vector<std::uint8_t>;

/// A firmware in this process, whatever its chip.
struct CoreInProcess {
  std::function<void(const Bytes&)> receive;
  std::function<Bytes()> take_sent;
  std::function<void(std::uint32_t us)> poll;
  std::function<bool()> is_idle;
};

/// It as a medium. Its clock moves only while the host waits, so that seconds of silence pass at once.
class CoreMedium final : public link::Medium {
 public:
  explicit CoreMedium(CoreInProcess core) : core_(std::move(core)) {}

  std::string name() const override { return "core:"; }
  Result<std::unique_ptr<link::Transport>> connect(link::TimePoint deadline) override;
  link::TimePoint now() const override { return now_; }
  void pause(link::TimePoint until) override;

  void turn();
  CoreInProcess& core() { return core_; }

 private:
  CoreInProcess core_;
  link::TimePoint now_{std::chrono::hours(1)};
};

}  // namespace vle::conformance::test
