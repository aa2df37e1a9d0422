#include "test_signals.hpp"

#include <cmath>
#include <numbers>

#include "draws.hpp"

namespace vle::training {

std::vector<double> sine_signals(std::uint64_t seed, std::size_t steps, std::size_t channels, double dt, double highest,
                                 std::size_t count) {
  constexpr double kLowestShare = 0.05;
  std::vector<double> values(steps * channels, 0.0);
  const double amplitude = std::sqrt(2.0 / static_cast<double>(count));
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const Draws draws(seed, DrawPurpose::kSine, static_cast<std::uint32_t>(channel));
    for (std::size_t k = 0; k < count; ++k) {
      const double frequency = highest * (kLowestShare + (1 - kLowestShare) * draws.uniform(2 * k));
      const double phase = 2 * std::numbers::pi * draws.uniform(2 * k + 1);
      const double turn = 2 * std::numbers::pi * frequency * dt;
      for (std::size_t step = 0; step < steps; ++step) {
        values[step * channels + channel] += amplitude * std::sin(turn * static_cast<double>(step) + phase);
      }
    }
  }
  return values;
}

std::vector<double> noise_signals(std::uint64_t seed, std::size_t steps, std::size_t channels, double dt, double tau) {
  const double keep = std::exp(-dt / tau);
  const double kick = std::sqrt(1 - keep * keep);
  std::vector<double> values(steps * channels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const Draws draws(seed, DrawPurpose::kNoise, static_cast<std::uint32_t>(channel));
    double x = 0;
    for (std::size_t step = 0; step < steps; ++step) {
      x = step == 0 ? draws.normal(0) : keep * x + kick * draws.normal(step);
      values[step * channels + channel] = x;
    }
  }
  return values;
}

}  // namespace vle::training
