#include "fit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vle/io/files.hpp>

namespace vle::calibration {
namespace {

/// bss2_like, its converters made of elements with this relative deviation.
Target bss2_like(double unit_sigma = 0) {
  auto target = read_target("bss2_like");
  EXPECT_TRUE(target.has_value());
  for (Dac& dac : target->dacs) dac.unit_sigma = unit_sigma;
  return *target;
}

std::vector<Point> points_of(const Dac& dac, double factor, double shift) {
  std::vector<Point> points;
  for (const int code : {40, 120, 350, 1022}) {
    const double value = factor * dac.scale / (code + dac.offset + shift);
    points.push_back({Lsb{code}, value, 0.001 * value});
  }
  return points;
}

TEST(FitCurve, FindsTheFactorOfATimeConstant) {
  const Target target = bss2_like();
  const Dac& dac = target.dac(ParameterKind::kTauU);
  const CalibratedCurve curve = fit_curve(target, ParameterKind::kTauU, 0, points_of(dac, 1.3, 0));
  EXPECT_EQ(curve.state, CalibrationState::kGood);
  EXPECT_NEAR(curve.scale, 1.3 * dac.scale, 1e-9 * dac.scale);
  EXPECT_EQ(curve.offset, dac.offset);
  EXPECT_NEAR(curve.error(Lsb{350}) / curve.value(Lsb{350}), 0.001 / 2, 1e-6);
}

// c of N elements, whose sum is exact, err by sigma sqrt(c (1 - c / N)) elements.
TEST(FitCurve, CarriesTheErrorsOfTheConvertersElements) {
  const double sigma = 0.02;
  const Target target = bss2_like(sigma);
  const Dac& dac = target.dac(ParameterKind::kTauU);
  const std::vector<Point> one{{Lsb{350}, dac.value_at(350, 0), 0}};
  const CalibratedCurve curve = fit_curve(target, ParameterKind::kTauU, 0, one);
  const double elements = sigma * std::sqrt(350 * (1 - 350.0 / 1023));
  EXPECT_NEAR(curve.error(Lsb{350}) / curve.value(Lsb{350}), elements / (350 + dac.offset), 1e-5);
}

TEST(FitCurve, FitsTheOffsetWhereAFactorContradictsThePoints) {
  const Target target = bss2_like();
  const Dac& dac = target.dac(ParameterKind::kTauU);
  const CalibratedCurve curve = fit_curve(target, ParameterKind::kTauU, 0, points_of(dac, 1.1, 3));
  EXPECT_NEAR(curve.offset, dac.offset + 3, 1e-6);
  EXPECT_NEAR(curve.scale, 1.1 * dac.scale, 1e-6 * dac.scale);
}

TEST(FitCurve, MakesATableOfARegisterWithAStuckBit) {
  const Target target = bss2_like();
  const Dac& dac = target.dac(ParameterKind::kBeta);
  std::vector<Point> points;
  for (const int code : {255, 613, 1022}) {
    const double value = 1.04 * dac.value(Lsb{code | 1 << 7}, 0);  // bit 7 stands at 1
    points.push_back({Lsb{code}, value, 0.002 * value});
  }
  points[0].value = 1.04 * dac.value(Lsb{255}, 0);
  const CalibratedCurve curve = fit_curve(target, ParameterKind::kBeta, 0, points);
  EXPECT_EQ(curve.state, CalibrationState::kGood);
  ASSERT_EQ(curve.curve, Dac::Kind::kTable);
  EXPECT_NEAR(curve.value(Lsb{0}), 1.04 * dac.value(Lsb{128}, 0), 1e-3);
  EXPECT_NEAR(curve.value(Lsb{300}), 1.04 * dac.value(Lsb{428}, 0), 2e-3);
  EXPECT_NEAR(curve.value(Lsb{900}), 1.04 * dac.value(Lsb{900}, 0), 4e-3);
}

TEST(FitCurve, CallsARangeWithoutPointsUnusable) {
  const Target target = bss2_like();
  const CalibratedCurve curve = fit_curve(target, ParameterKind::kGamma, 2, {});
  EXPECT_EQ(curve.state, CalibrationState::kOutOfRange);
  EXPECT_EQ(curve.value(Lsb{300}), target.dac(ParameterKind::kGamma).value(Lsb{300}, 2));
}

TEST(FitCurve, CarriesWhatAllPointsShare) {
  const Target target = bss2_like();
  const Dac& dac = target.dac(ParameterKind::kLeadV);
  std::vector<Point> points;
  for (const int code : {255, 613, 1022}) {
    const double value = dac.value(Lsb{code}, 0);
    points.push_back({Lsb{code}, value, 1e-4 * value, 2e-3 * value});
  }
  const CalibratedCurve curve = fit_curve(target, ParameterKind::kLeadV, 0, points);
  EXPECT_NEAR(curve.error(Lsb{1022}) / curve.value(Lsb{1022}), 2e-3, 1e-4);
}

// One constant in all points: of opposite codes it drops out.
TEST(FitCurve, LetsWhatAllPointsShareCancelBetweenSigns) {
  const Target target = bss2_like();
  const Dac& dac = target.dac(ParameterKind::kG0);
  std::vector<Point> points;
  for (const int code : {-300, 300}) points.push_back({Lsb{code}, dac.value(Lsb{code}, 0), 1e-4, 5e-3});
  const CalibratedCurve curve = fit_curve(target, ParameterKind::kG0, 0, points);
  EXPECT_LT(curve.error(Lsb{300}), 1e-4);
}

TEST(FitCurve, FallsBackOnTheTargetWhereNothingIsResolved) {
  const Target target = bss2_like();
  const Dac& dac = target.dac(ParameterKind::kGamma);
  const double nominal = dac.value(Lsb{500}, 3);
  const std::vector<Point> points{{Lsb{500}, 3 * nominal, 100 * nominal}};
  const CalibratedCurve curve = fit_curve(target, ParameterKind::kGamma, 3, points);
  EXPECT_NEAR(curve.value(Lsb{500}) / nominal, 1, 0.001);
  EXPECT_NEAR(curve.error(Lsb{500}) / nominal, target.mismatch[static_cast<std::size_t>(ParameterKind::kGamma)].sigma,
              0.001);
}

TEST(FitModel, FindsAnExponentialAmongOutliers) {
  std::vector<double> measured;
  for (int n = 0; n < 60; ++n) measured.push_back(40 * std::exp(-n / 12.0) + (n % 2 == 0 ? 0.5 : -0.5));
  measured[30] += 60;
  const Residuals residuals = [&](const Eigen::VectorXd& x, Eigen::VectorXd& out) {
    for (int n = 0; n < 60; ++n) {
      out[n] = x[1] * std::exp(-n / std::exp(x[0])) - measured[static_cast<std::size_t>(n)];
    }
  };
  Eigen::VectorXd start(2);
  start << std::log(8.0), 30;
  const ModelFit fit = fit_model(residuals, start, 60);
  ASSERT_TRUE(fit.converged);
  EXPECT_NEAR(std::exp(fit.parameters[0]), 12, 4 * 12 * std::sqrt(fit.covariance(0, 0)));
  EXPECT_LT(std::sqrt(fit.covariance(0, 0)), 0.05);
  EXPECT_EQ(fit.sensitivity.rows(), 2);
  EXPECT_EQ(fit.excess, 1);
}

}  // namespace
}  // namespace vle::calibration
