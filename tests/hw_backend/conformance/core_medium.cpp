#include "core_medium.hpp"

#include <algorithm>

namespace vle::conformance::test {
namespace {

class CoreTransport final : public link::Transport {
 public:
  explicit CoreTransport(CoreMedium& medium) : medium_(medium) { medium_.core().take_sent(); }

  Result<> write(std::span<const std::uint8_t> bytes, link::TimePoint) override {
    medium_.core().receive(Bytes(bytes.begin(), bytes.end()));
    return {};
  }

  Result<std::size_t> read(std::span<std::uint8_t> into, link::TimePoint deadline) override {
    collect();
    while (waiting_.empty() && medium_.now() < deadline) {
      medium_.turn();
      collect();
    }
    const std::size_t count = std::min(into.size(), waiting_.size());
    std::copy_n(waiting_.begin(), count, into.begin());
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

 private:
  void collect() {
    const Bytes bytes = medium_.core().take_sent();
    waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
  }

  CoreMedium& medium_;
  Bytes waiting_;
};

}  // namespace

Result<std::unique_ptr<link::Transport>> CoreMedium::connect(link::TimePoint) {
  return std::make_unique<CoreTransport>(*this);
}

void CoreMedium::turn() {
  const std::uint32_t us = core_.is_idle() ? 1000 : 100;
  now_ += std::chrono::microseconds(us);
  core_.poll(us);
}

void CoreMedium::pause(link::TimePoint until) {
  while (now_ < until) turn();
}

}  // namespace vle::conformance::test
