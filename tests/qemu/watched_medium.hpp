#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vle/link/transport.hpp>

namespace vle::qemu {

/// A medium whose bytes are counted; and something may happen once the host has sent so many.
class WatchedMedium final : public link::Medium {
 public:
  explicit WatchedMedium(std::unique_ptr<link::Medium> inner) : inner_(std::move(inner)) {}

  /// Before the host's byte number `bytes` goes out, `action` is done, once.
  void at_byte_sent(std::size_t bytes, std::function<void()> action) {
    trigger_ = bytes;
    action_ = std::move(action);
  }
  std::size_t sent() const { return sent_; }
  std::size_t received() const { return received_; }

  std::string name() const override { return inner_->name(); }
  Result<std::unique_ptr<link::Transport>> connect(link::TimePoint deadline) override {
    auto transport = inner_->connect(deadline);
    if (!transport) return transport;
    return std::make_unique<Watched>(std::move(*transport), *this);
  }

 private:
  class Watched final : public link::Transport {
   public:
    Watched(std::unique_ptr<link::Transport> inner, WatchedMedium& medium)
        : inner_(std::move(inner)), medium_(medium) {}
    Result<> write(std::span<const std::uint8_t> bytes, link::TimePoint deadline) override {
      medium_.sent_ += bytes.size();
      if (medium_.action_ && medium_.sent_ >= medium_.trigger_) std::exchange(medium_.action_, {})();
      return inner_->write(bytes, deadline);
    }
    Result<std::size_t> read(std::span<std::uint8_t> into, link::TimePoint deadline) override {
      const Result<std::size_t> count = inner_->read(into, deadline);
      if (count) medium_.received_ += *count;
      return count;
    }

   private:
    std::unique_ptr<link::Transport> inner_;
    WatchedMedium& medium_;
  };

  std::unique_ptr<link::Medium> inner_;
  std::size_t trigger_ = 0;
  std::function<void()> action_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
};

}  // namespace vle::qemu
