#pragma once

#include <cstddef>
#include <span>
#include <vector>
#include <vle/dynamics/adjoint.hpp>
#include <vle/dynamics/state.hpp>

namespace vle {

/// What the backward sweep reads of a step. Without errors only the first three.
enum class TapeSignal : std::size_t { kR, kPhiPrime, kDrive, kLookahead, kEpsilon, kV, kE, kBackward };

inline constexpr std::size_t kFreeTapeSignals = 3;
inline constexpr std::size_t kFullTapeSignals = 8;

/// The signals of a row of steps: frame x signal x population, each neurons x batch. Frame 0 is the state before the
/// first of them.
class AdjointTape {
 public:
  AdjointTape(const State& shape, AdjointMode mode, std::size_t frames);

  /// Bytes of one frame of such states.
  static std::size_t frame_bytes(const State& shape, AdjointMode mode);

  void record(std::size_t frame, const State& state);
  std::span<const double> at(std::size_t frame, TapeSignal signal, std::size_t population) const;

 private:
  std::size_t signals_;
  std::vector<std::size_t> starts_;  // of each population within a signal, and their end
  std::vector<double> values_;
};

}  // namespace vle
