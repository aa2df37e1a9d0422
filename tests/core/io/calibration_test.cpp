#include <gtest/gtest.h>

#include <vle/io/files.hpp>

#include "files.hpp"

namespace vle {
namespace {

TEST(WriteCalibration, ReadsBackTheSame) {
  Calibration calibration;
  calibration.tool_version = "1.2.3";
  calibration.chip_id = 7;
  calibration.target_hash = std::string(64, 'a');
  calibration.measured_at_unix_seconds = 1234567;
  calibration.temperature_kelvin = 300;
  calibration.device_seconds = 0.25;
  CalibratedCurve curve;
  curve.kind = ParameterKind::kTauV;
  curve.core = 1;
  curve.column = 2;
  curve.range = 1;
  curve.curve = Dac::Kind::kReciprocal;
  curve.scale = 5e-4;
  curve.offset = 8.5;
  curve.covariance = {1e-12, 2e-9, 2e-9, 1e-3};
  curve.residual = 1e-7;
  curve.min_code = 40;
  curve.max_code = 1022;
  calibration.curves.push_back(curve);
  curve.column = 3;
  curve.state = CalibrationState::kDead;
  calibration.curves.push_back(curve);
  calibration.offsets.push_back({OffsetKind::kEpsilon, 1, 2, -0.01, 1e-4});
  calibration.synapses.push_back({ParameterKind::kBackwardWeight, 1, 2, 2, {1, 1.05F, 0.9F, 1.01F}, 0.01});
  calibration.synapses[0].has_linearity = true;
  calibration.synapses[0].stuck = {{1, 0, 5, 1}};
  calibration.synapses[0].nonlinearity = 0.1;
  calibration.rate_circuits.push_back({1, 2, 1.04, 0.97, {1e-6, -2e-7, -2e-7, 4e-6}, 1e-3});
  const test::TemporaryFolder folder;
  const std::string path = folder.file("chip.cal");
  ASSERT_TRUE(write_calibration(path, calibration).has_value());
  EXPECT_EQ(*kind_of_file(path), FileKind::kCalibration);
  const auto read = read_calibration(path);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(hash_of(*read), hash_of(calibration));
  EXPECT_EQ(read->curves[1].state, CalibrationState::kDead);
  ASSERT_EQ(read->rate_circuits.size(), 1U);
  EXPECT_EQ(read->rate_circuits[0].covariance[1], -2e-7);
  ASSERT_EQ(read->synapses.size(), 1U);
  EXPECT_EQ(read->synapses[0].stuck, calibration.synapses[0].stuck);
  calibration.offsets[0].value = 0;
  EXPECT_NE(hash_of(*read), hash_of(calibration));
}

}  // namespace
}  // namespace vle
