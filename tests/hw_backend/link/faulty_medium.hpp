#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>
#include <vle/link/transport.hpp>

namespace vle::link::test {

/// What may happen to a piece of bytes on its way.
enum class Fault { kDrop, kFlip, kDuplicate, kReorder, kDelay, kCut, kHalfOpen };
inline constexpr Fault kFaults[] = {Fault::kDrop,  Fault::kFlip, Fault::kDuplicate, Fault::kReorder,
                                    Fault::kDelay, Fault::kCut,  Fault::kHalfOpen};
std::string name_of(Fault fault);

/// How often each fault strikes, per piece of bytes and direction; and how fast the line is.
struct FaultScript {
  std::uint32_t seed = 0;
  std::array<double, std::size(kFaults)> rate{};
  std::size_t most_faults = 1000;  ///< then the link is sound
  Duration byte_time{};            ///< throttle; 0: none

  double& of(Fault fault) { return rate[static_cast<std::size_t>(fault)]; }
};

/// A script drawn from a seed: one to three kinds of faults, seldom or often.
[[nodiscard]] FaultScript draw_script(std::uint32_t seed);

/// Any medium, with faults between host and board, both ways. Equal scripts do the same to equal bytes.
///
/// A cut ends the connection for both ends; a half-open one takes bytes from then on and gives none, until it is made
/// again. Delays are of the medium's own clock.
class FaultyMedium final : public Medium {
 public:
  FaultyMedium(std::unique_ptr<Medium> inner, const FaultScript& script);
  ~FaultyMedium() override;

  std::string name() const override { return inner_->name(); }
  Result<std::unique_ptr<Transport>> connect(TimePoint deadline) override;
  TimePoint now() const override { return inner_->now(); }
  void pause(TimePoint until) override { inner_->pause(until); }
  Duration byte_time() const override { return script_.byte_time; }

  /// Faults that struck so far, by kind.
  const std::array<std::size_t, std::size(kFaults)>& struck() const { return struck_; }

  /// The fault for the next piece, if one strikes.
  const Fault* strike();
  /// A number below `bound` from the script's stream.
  std::uint32_t draw(std::uint32_t bound);

 private:
  std::unique_ptr<Medium> inner_;
  FaultScript script_;
  std::uint64_t state_;
  std::size_t strikes_ = 0;
  std::array<std::size_t, std::size(kFaults)> struck_{};
};

}  // namespace vle::link::test
