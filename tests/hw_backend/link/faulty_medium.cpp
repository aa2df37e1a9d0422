#include "faulty_medium.hpp"

#include <algorithm>

namespace vle::link::test {
namespace {

/// One direction of a connection.
class FaultyPath {
 public:
  explicit FaultyPath(FaultyMedium& medium) : medium_(medium) {}

  /// What of `bytes`, and of what waited, arrives at `now`. False: the connection was cut.
  bool pass(std::vector<std::uint8_t> bytes, TimePoint now, std::vector<std::uint8_t>& arrived) {
    const Fault* fault = bytes.empty() || is_dead_ ? nullptr : medium_.strike();
    if (is_dead_) bytes.clear();
    TimePoint at = std::max(now, last_);
    if (fault != nullptr) {
      switch (*fault) {
        case Fault::kDrop:
          drop(bytes);
          break;
        case Fault::kFlip:
          bytes[medium_.draw(static_cast<std::uint32_t>(bytes.size()))] ^=
              static_cast<std::uint8_t>(1U << medium_.draw(8));
          break;
        case Fault::kDuplicate:
          bytes.insert(bytes.end(), bytes.begin(), bytes.end());
          break;
        case Fault::kReorder:
          waiting_.push_back({now + std::chrono::milliseconds(5), std::exchange(bytes, {})});
          break;
        case Fault::kDelay:
          at = last_ = at + std::chrono::milliseconds(1 + medium_.draw(400));
          break;
        case Fault::kCut:
          return false;
        case Fault::kHalfOpen:
          is_dead_ = true;
          bytes.clear();
          break;
      }
    }
    if (!bytes.empty()) {
      at = last_ = std::max(at, last_) + medium_.byte_time() * static_cast<std::int64_t>(bytes.size());
      waiting_.push_back({at, std::move(bytes)});
    }
    release(now, arrived);
    return true;
  }

  void release(TimePoint now, std::vector<std::uint8_t>& arrived) {
    for (auto piece = waiting_.begin(); piece != waiting_.end();) {
      if (piece->at > now) {
        ++piece;
        continue;
      }
      arrived.insert(arrived.end(), piece->bytes.begin(), piece->bytes.end());
      piece = waiting_.erase(piece);
    }
  }

  /// When the next piece arrives.
  TimePoint next() const {
    TimePoint first = TimePoint::max();
    for (const Piece& piece : waiting_) first = std::min(first, piece.at);
    return first;
  }

 private:
  struct Piece {
    TimePoint at;
    std::vector<std::uint8_t> bytes;
  };

  void drop(std::vector<std::uint8_t>& bytes) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    const std::uint32_t begin = medium_.draw(size);
    const std::uint32_t count = 1 + medium_.draw(size - begin);
    bytes.erase(bytes.begin() + begin, bytes.begin() + begin + count);
  }

  FaultyMedium& medium_;
  std::deque<Piece> waiting_;
  TimePoint last_{};
  bool is_dead_ = false;
};

class FaultyTransport final : public Transport {
 public:
  FaultyTransport(std::unique_ptr<Transport> inner, FaultyMedium& medium)
      : inner_(std::move(inner)), medium_(medium), out_(medium), in_(medium) {}

  Result<> write(std::span<const std::uint8_t> bytes, TimePoint deadline) override {
    if (!send({bytes.begin(), bytes.end()}, deadline)) return cut();
    return {};
  }

  Result<std::size_t> read(std::span<std::uint8_t> into, TimePoint deadline) override {
    std::vector<std::uint8_t> bytes(into.size());
    do {
      if (is_cut_ || !send({}, deadline)) return cut();
      in_.release(medium_.now(), arrived_);
      if (!arrived_.empty()) break;
      const TimePoint until = std::min({deadline, out_.next(), in_.next()});
      const Result<std::size_t> count = inner_->read(bytes, until);
      if (!count) return count;
      if (!in_.pass({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(*count)}, medium_.now(), arrived_)) {
        return cut();
      }
    } while (arrived_.empty() && medium_.now() < deadline);
    const std::size_t count = std::min(into.size(), arrived_.size());
    std::copy_n(arrived_.begin(), count, into.begin());
    arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

 private:
  bool send(std::vector<std::uint8_t> bytes, TimePoint deadline) {
    std::vector<std::uint8_t> out;
    if (is_cut_ || !out_.pass(std::move(bytes), medium_.now(), out)) return false;
    return out.empty() || inner_->write(out, deadline).has_value();
  }
  tl::unexpected<Error> cut() {
    is_cut_ = true;
    return fail(ErrorCode::kDevice, "{}: the link is down: cut", medium_.name());
  }

  std::unique_ptr<Transport> inner_;
  FaultyMedium& medium_;
  FaultyPath out_;
  FaultyPath in_;
  std::vector<std::uint8_t> arrived_;
  bool is_cut_ = false;
};

}  // namespace

std::string name_of(Fault fault) {
  constexpr const char* kNames[] = {"drop", "flip", "duplicate", "reorder", "delay", "cut", "half-open"};
  return kNames[static_cast<std::size_t>(fault)];
}

FaultyMedium::FaultyMedium(std::unique_ptr<Medium> inner, const FaultScript& script)
    : inner_(std::move(inner)), script_(script), state_(script.seed * 0x9E3779B97F4A7C15ULL + 1) {}

FaultyMedium::~FaultyMedium() = default;

Result<std::unique_ptr<Transport>> FaultyMedium::connect(TimePoint deadline) {
  Result<std::unique_ptr<Transport>> connected = inner_->connect(deadline);
  if (!connected) return connected;
  return std::make_unique<FaultyTransport>(std::move(*connected), *this);
}

// SplitMix64: the scripts must not depend on a library.
std::uint32_t FaultyMedium::draw(std::uint32_t bound) {
  std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return static_cast<std::uint32_t>((z ^ (z >> 31)) % std::max(bound, 1U));
}

const Fault* FaultyMedium::strike() {
  if (strikes_ >= script_.most_faults) return nullptr;
  const double chance = draw(1U << 24) / static_cast<double>(1U << 24);
  double reached = 0;
  for (const Fault& fault : kFaults) {
    reached += script_.of(fault);
    if (chance >= reached) continue;
    ++strikes_;
    ++struck_[static_cast<std::size_t>(fault)];
    return &fault;
  }
  return nullptr;
}

FaultScript draw_script(std::uint32_t seed) {
  std::uint32_t state = seed * 2654435761U + 12345U;
  const auto draw = [&state](std::uint32_t bound) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8) % bound;
  };
  FaultScript script;
  script.seed = seed;
  constexpr double kRates[] = {0.01, 0.03, 0.1, 0.25};
  const std::uint32_t kinds = 1 + draw(3);
  for (std::uint32_t i = 0; i < kinds; ++i) {
    const Fault fault = kFaults[draw(static_cast<std::uint32_t>(std::size(kFaults)))];
    const bool is_harsh = fault == Fault::kCut || fault == Fault::kHalfOpen;
    script.of(fault) = kRates[draw(is_harsh ? 2U : static_cast<std::uint32_t>(std::size(kRates)))];
  }
  if (draw(4) == 0) script.byte_time = std::chrono::nanoseconds(500);
  script.most_faults = 5 + draw(60);
  return script;
}

}  // namespace vle::link::test
