#include "small_chip.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vle/emulator/emulator.hpp>
#include <vle/io/files.hpp>

namespace vle::calibration {

Target small_chip(std::int64_t columns) {
  auto target = read_target("bss2_like");
  EXPECT_TRUE(target.has_value());
  target->cores_per_chip = 1;
  target->columns = columns;
  target->rows = 64;
  target->input_channels = 32;
  target->crossing.channels = 32;
  target->hash = hash_of(*target);
  return *target;
}

Target small_chip_with_rate_circuits(std::int64_t columns) {
  Target target = small_chip(columns);
  target.rate_circuits.slope.sigma = 0.05;
  target.rate_circuits.amplitude.sigma = 0.03;
  target.hash = hash_of(target);
  return target;
}

CalibrationOutcome calibrate_chip(const Target& target, std::uint64_t chip, CalibrateOptions options) {
  const auto backend = emulator::make_emulator_backend(target, chip, emulator::Effects{});
  options.seed = chip + 1;
  auto outcome = calibrate(*backend, target, options);
  EXPECT_TRUE(outcome.has_value()) << (outcome ? "" : outcome.error().message);
  return outcome ? std::move(*outcome) : CalibrationOutcome{};
}

double tolerance_of_coverage(double count) {
  return 5 * std::sqrt(0.95 * 0.05 / count);
}

}  // namespace vle::calibration
