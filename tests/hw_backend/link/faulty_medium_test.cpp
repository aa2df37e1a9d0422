#include "faulty_medium.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace vle::link::test {
namespace {

using Bytes = std::vector<std::uint8_t>;
using std::chrono::milliseconds;
using testing::HasSubstr;

/// A peer that gives back what it gets, with a clock that moves while somebody waits.
class Echo final : public Medium {
 public:
  std::string name() const override { return "echo:"; }
  Result<std::unique_ptr<Transport>> connect(TimePoint) override { return std::make_unique<Line>(*this); }
  TimePoint now() const override { return now_; }
  void pause(TimePoint until) override { now_ = std::max(now_, until); }

 private:
  class Line final : public Transport {
   public:
    explicit Line(Echo& echo) : echo_(echo) {}
    Result<> write(std::span<const std::uint8_t> bytes, TimePoint) override {
      waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
      return {};
    }
    Result<std::size_t> read(std::span<std::uint8_t> into, TimePoint deadline) override {
      if (waiting_.empty()) echo_.pause(std::min(deadline, echo_.now() + milliseconds(1)));
      const std::size_t count = std::min(into.size(), waiting_.size());
      std::copy_n(waiting_.begin(), count, into.begin());
      waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
      return count;
    }

   private:
    Echo& echo_;
    Bytes waiting_;
  };

  TimePoint now_{std::chrono::hours(1)};
};

Bytes counting(std::size_t count, std::uint8_t first = 1) {
  Bytes bytes(count);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

/// One fault, in the direction to the peer: it strikes the first piece, and nothing after it.
struct Faulty {
  explicit Faulty(Fault fault, std::uint32_t seed = 1) : medium(std::make_unique<Echo>(), script_of(fault, seed)) {
    line = medium.connect({}).value();
  }
  static FaultScript script_of(Fault fault, std::uint32_t seed) {
    FaultScript script;
    script.seed = seed;
    script.of(fault) = 1;
    script.most_faults = 1;
    return script;
  }
  Result<> write(const Bytes& bytes) { return line->write(bytes, medium.now() + milliseconds(10)); }
  /// All that comes within a second of the medium's clock.
  Result<Bytes> read_all() {
    Bytes all;
    const TimePoint end = medium.now() + milliseconds(1000);
    while (medium.now() < end) {
      Bytes some(64);
      const Result<std::size_t> count = line->read(some, end);
      if (!count) return tl::unexpected(count.error());
      all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(*count));
    }
    return all;
  }
  std::size_t struck(Fault fault) const { return medium.struck()[static_cast<std::size_t>(fault)]; }

  FaultyMedium medium;
  std::unique_ptr<Transport> line;
};

TEST(FaultyMedium, PassesEverythingWithoutAFault) {
  FaultyMedium medium(std::make_unique<Echo>(), FaultScript{});
  const auto line = medium.connect({}).value();
  ASSERT_TRUE(line->write(counting(50), medium.now() + milliseconds(10)).has_value());
  Bytes bytes(64);
  EXPECT_EQ(line->read(bytes, medium.now() + milliseconds(10)).value(), 50U);
  bytes.resize(50);
  EXPECT_EQ(bytes, counting(50));
  EXPECT_EQ(line->read(bytes, medium.now() + milliseconds(10)).value(), 0U);
}

TEST(FaultyMedium, DropsAPieceOfBytesSideBySide) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    Faulty faulty(Fault::kDrop, seed);
    ASSERT_TRUE(faulty.write(counting(50)).has_value());
    const Bytes left = faulty.read_all().value();
    ASSERT_LT(left.size(), 50U);
    // What is left is a front and a back of what was sent.
    const Bytes sent = counting(50);
    const auto [front, unused] = std::mismatch(left.begin(), left.end(), sent.begin());
    EXPECT_TRUE(std::equal(front, left.end(), sent.end() - (left.end() - front))) << seed;
    EXPECT_EQ(faulty.struck(Fault::kDrop), 1U);
  }
}

TEST(FaultyMedium, FlipsOneBit) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    Faulty faulty(Fault::kFlip, seed);
    ASSERT_TRUE(faulty.write(counting(50)).has_value());
    const Bytes came = faulty.read_all().value();
    ASSERT_EQ(came.size(), 50U);
    int flipped = 0;
    for (std::size_t i = 0; i < came.size(); ++i) {
      flipped += std::popcount(static_cast<unsigned>(came[i] ^ counting(50)[i]));
    }
    EXPECT_EQ(flipped, 1) << seed;
  }
}

TEST(FaultyMedium, DuplicatesAPieceOnce) {
  Faulty faulty(Fault::kDuplicate);
  ASSERT_TRUE(faulty.write(counting(5)).has_value());
  ASSERT_TRUE(faulty.write(counting(3, 100)).has_value());
  EXPECT_EQ(faulty.read_all().value(), (Bytes{1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 100, 101, 102}));
}

TEST(FaultyMedium, ReordersPieces) {
  Faulty faulty(Fault::kReorder);
  ASSERT_TRUE(faulty.write(counting(3)).has_value());
  ASSERT_TRUE(faulty.write(counting(3, 100)).has_value());
  EXPECT_EQ(faulty.read_all().value(), (Bytes{100, 101, 102, 1, 2, 3}));
}

TEST(FaultyMedium, DelaysAPieceAndWhatComesBehindIt) {
  Faulty faulty(Fault::kDelay);
  const TimePoint sent = faulty.medium.now();
  ASSERT_TRUE(faulty.write(counting(3)).has_value());
  ASSERT_TRUE(faulty.write(counting(3, 100)).has_value());
  Bytes bytes(64);
  const std::size_t count = faulty.line->read(bytes, sent + milliseconds(1000)).value();
  EXPECT_GT(count, 0U);
  EXPECT_GE(faulty.medium.now() - sent, milliseconds(1));
  EXPECT_LE(faulty.medium.now() - sent, milliseconds(405));
  bytes.resize(count);
  const Bytes rest = faulty.read_all().value();
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  EXPECT_EQ(bytes, (Bytes{1, 2, 3, 100, 101, 102}));
}

TEST(FaultyMedium, CutsForBothEndsUntilItIsMadeAgain) {
  Faulty faulty(Fault::kCut);
  const Result<> cut = faulty.write(counting(3));
  ASSERT_FALSE(cut.has_value());
  EXPECT_EQ(cut.error().code, ErrorCode::kDevice);
  EXPECT_THAT(cut.error().message, HasSubstr("echo:"));
  EXPECT_FALSE(faulty.write(counting(3)).has_value());
  EXPECT_FALSE(faulty.read_all().has_value());
  faulty.line = faulty.medium.connect({}).value();
  ASSERT_TRUE(faulty.write(counting(3)).has_value());
  EXPECT_EQ(faulty.read_all().value(), counting(3));
}

TEST(FaultyMedium, TakesBytesAndGivesNoneWhenHalfOpen) {
  Faulty faulty(Fault::kHalfOpen);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(faulty.write(counting(3)).has_value());
  EXPECT_TRUE(faulty.read_all().value().empty());
  faulty.line = faulty.medium.connect({}).value();
  ASSERT_TRUE(faulty.write(counting(3)).has_value());
  EXPECT_EQ(faulty.read_all().value(), counting(3));
}

TEST(FaultyMedium, ThrottlesToItsByteTime) {
  FaultScript script;
  script.byte_time = milliseconds(2);
  FaultyMedium medium(std::make_unique<Echo>(), script);
  EXPECT_EQ(medium.byte_time(), milliseconds(2));
  const auto line = medium.connect({}).value();
  const TimePoint sent = medium.now();
  ASSERT_TRUE(line->write(counting(100), sent + milliseconds(10)).has_value());
  Bytes bytes(128);
  EXPECT_EQ(line->read(bytes, sent + milliseconds(1000)).value(), 100U);
  // There and back.
  EXPECT_GE(medium.now() - sent, milliseconds(400));
  EXPECT_LE(medium.now() - sent, milliseconds(410));
}

TEST(FaultyMedium, StrikesAsOftenAsItsScriptSays) {
  FaultScript script;
  script.of(Fault::kFlip) = 0.25;
  script.most_faults = 1U << 20;
  FaultyMedium medium(std::make_unique<Echo>(), script);
  constexpr int kPieces = 40000;
  int struck = 0;
  for (int i = 0; i < kPieces; ++i) struck += medium.strike() != nullptr ? 1 : 0;
  // Five standard deviations of a binomial count.
  EXPECT_NEAR(struck, 0.25 * kPieces, 5 * std::sqrt(kPieces * 0.25 * 0.75));
}

TEST(FaultyMedium, StopsAfterMostFaults) {
  FaultScript script;
  script.of(Fault::kDrop) = 1;
  script.most_faults = 3;
  FaultyMedium medium(std::make_unique<Echo>(), script);
  int struck = 0;
  for (int i = 0; i < 10; ++i) struck += medium.strike() != nullptr ? 1 : 0;
  EXPECT_EQ(struck, 3);
}

TEST(FaultScripts, DoTheSameEveryTime) {
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    std::vector<Bytes> came;
    for (int repeat = 0; repeat < 2; ++repeat) {
      FaultyMedium medium(std::make_unique<Echo>(), draw_script(seed));
      auto line = medium.connect({}).value();
      Bytes& all = came.emplace_back();
      for (std::uint8_t i = 0; i < 60; ++i) {
        static_cast<void>(line->write(counting(9, i), medium.now() + milliseconds(10)));
        Bytes bytes(64);
        const auto count = line->read(bytes, medium.now() + milliseconds(20));
        if (!count) line = medium.connect({}).value();
        all.insert(all.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count.value_or(0)));
      }
    }
    EXPECT_EQ(came[0], came[1]) << seed;
  }
}

TEST(FaultScripts, UseEveryFault) {
  std::array<int, std::size(kFaults)> used{};
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const FaultScript script = draw_script(seed);
    for (std::size_t i = 0; i < used.size(); ++i) used[i] += script.rate[i] > 0 ? 1 : 0;
  }
  for (const Fault fault : kFaults) EXPECT_GT(used[static_cast<std::size_t>(fault)], 20) << name_of(fault);
}

}  // namespace
}  // namespace vle::link::test
