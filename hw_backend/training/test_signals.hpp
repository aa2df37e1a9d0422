#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vle::training {

/// A sum of `count` sines per channel, frequencies uniform between a twentieth of `highest` and `highest` (hertz),
/// phases uniform, equal amplitudes, mean square 1. Laid out steps x channels.
std::vector<double> sine_signals(std::uint64_t seed, std::size_t steps, std::size_t channels, double dt, double highest,
                                 std::size_t count);

/// Ornstein-Uhlenbeck noise of correlation time `tau` (seconds), mean square 1, stationary from the start. Laid out
/// steps x channels.
std::vector<double> noise_signals(std::uint64_t seed, std::size_t steps, std::size_t channels, double dt, double tau);

}  // namespace vle::training
