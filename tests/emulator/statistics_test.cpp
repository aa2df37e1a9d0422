#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>
#include <vector>

#include "imperfections/deviations.hpp"
#include "kernels/dispatch.hpp"
#include "networks.hpp"
#include "run_on_chip.hpp"
#include "targets.hpp"

namespace vle {
namespace {

using emulator::Effects;

/// The two-sided probability of 5 standard deviations of a normal distribution.
constexpr double kFiveSigma = 5.733e-7;

/// Kolmogorov and Smirnov: the largest distance of an empirical distribution of n values that 5 sigma allow.
double largest_distance(std::size_t n) {
  return std::sqrt(-std::log(kFiveSigma / 2) / (2 * static_cast<double>(n)));
}

double distance_from(std::vector<double> values, const std::function<double(double)>& distribution) {
  std::sort(values.begin(), values.end());
  double largest = 0;
  const auto n = static_cast<double>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = distribution(values[i]);
    largest = std::max({largest, expected - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - expected});
  }
  return largest;
}

double normal_distribution(double x) {
  return std::erfc(-x / std::numbers::sqrt2) / 2;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double product = 0, squares_a = 0, squares_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += a[i] * b[i];
    squares_a += a[i] * a[i];
    squares_b += b[i] * b[i];
  }
  return product / std::sqrt(squares_a * squares_b);
}

std::vector<double> deviations(const Deviation& deviation, Stream stream, std::uint64_t key = 3) {
  std::vector<double> values;
  for (std::uint32_t i = 0; i < 40000; ++i) {
    values.push_back(emulator::deviated(1, deviation, key, stream, {i / 20000, i / 100 % 200, i % 100}));
  }
  return values;
}

TEST(Deviations, HaveTheStatedDistributionsInEveryScaling) {
  using D = Deviation;
  const double sigma = 0.1;
  for (const D::Scaling scaling : {D::Scaling::kProportional, D::Scaling::kAdditive}) {
    const auto normal = deviations({D::Distribution::kNormal, sigma, scaling}, Stream::kTauU);
    EXPECT_LT(distance_from(normal, [&](double x) { return normal_distribution((x - 1) / sigma); }),
              largest_distance(normal.size()));
    const auto uniform = deviations({D::Distribution::kUniform, sigma, scaling}, Stream::kTauU);
    EXPECT_LT(distance_from(uniform,
                            [&](double x) { return std::clamp((x - 1) / (std::sqrt(12.0) * sigma) + 0.5, 0.0, 1.0); }),
              largest_distance(uniform.size()));
  }
  const auto factors = deviations({D::Distribution::kLogNormal, sigma}, Stream::kTauU);
  EXPECT_LT(distance_from(factors, [&](double x) { return normal_distribution(std::log(x) / sigma); }),
            largest_distance(factors.size()));
}

constexpr Stream kFrozenStreams[] = {
    Stream::kSynapse,    Stream::kBackwardSynapse, Stream::kColumnGain,   Stream::kBackwardColumnGain,
    Stream::kTauU,       Stream::kLeadU,           Stream::kTauV,         Stream::kLeadV,
    Stream::kErrorGain0, Stream::kErrorGain1,      Stream::kOffsetS,      Stream::kOffsetR,
    Stream::kOffsetE,    Stream::kOffsetEpsilon,   Stream::kAdcOffset,    Stream::kLeadPole,
    Stream::kBias,       Stream::kGamma,           Stream::kBeta,         Stream::kLeakage,
    Stream::kDroop,      Stream::kTemperature,     Stream::kParameterDac, Stream::kInputDac,
    Stream::kTargetDac,  Stream::kReadoutAdc,      Stream::kDeadNeuron,   Stream::kStuckBit};

// Same elements, other streams; 378 pairs, each within 5 standard errors of 0.
TEST(Deviations, OfDifferentStreamsAreIndependent) {
  std::vector<std::vector<double>> drawn;
  for (const Stream stream : kFrozenStreams) {
    drawn.push_back(deviations({Deviation::Distribution::kNormal, 0.1}, stream));
    for (double& value : drawn.back()) value -= 1;
  }
  const double bound = 5 / std::sqrt(static_cast<double>(drawn[0].size()));
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NEAR(correlation(drawn[i], drawn[j]), 0, bound) << i << " " << j;
  }
}

// Neighbours in a row, in a column, and on the next core of the same stream.
TEST(Deviations, OfNeighboursAreIndependent) {
  const auto drawn = deviations({Deviation::Distribution::kNormal, 0.1}, Stream::kSynapse);
  for (const std::size_t shift : {1U, 100U, 20000U}) {
    std::vector<double> a, b;
    for (std::size_t i = 0; i + shift < drawn.size(); ++i) {
      a.push_back(drawn[i] - 1);
      b.push_back(drawn[i + shift] - 1);
    }
    EXPECT_NEAR(correlation(a, b), 0, 5 / std::sqrt(static_cast<double>(a.size()))) << shift;
  }
}

std::vector<double> normals(std::uint32_t stream, std::uint32_t substep, std::uint32_t trial, std::uint32_t group) {
  std::vector<float> drawn(40000);
  emulator::best_kernels().fill_normals({{7, 8}, substep, trial, group}, stream, 10000, drawn.data());
  return {drawn.begin(), drawn.end()};
}

std::vector<std::uint32_t> temporal_streams() {
  std::vector<std::uint32_t> streams{static_cast<std::uint32_t>(Stream::kMembraneNoise),
                                     static_cast<std::uint32_t>(Stream::kErrorNoise)};
  for (std::uint32_t k = 1; k <= 6; ++k) {
    streams.push_back(static_cast<std::uint32_t>(Stream::kAdcNoise) | k << 8);
    streams.push_back(static_cast<std::uint32_t>(Stream::kOffsetNoise) | k << 8);
  }
  return streams;
}

TEST(TemporalNoise, IsNormalAndIndependentOverStreamsSubstepsTrialsAndNeurons) {
  std::vector<std::vector<double>> drawn;
  for (const std::uint32_t stream : temporal_streams()) drawn.push_back(normals(stream, 5, 2, 0));
  drawn.push_back(normals(temporal_streams()[0], 6, 2, 0));
  drawn.push_back(normals(temporal_streams()[0], 5, 3, 0));
  drawn.push_back(normals(temporal_streams()[0], 5, 2, 10000));
  const double bound = 5 / std::sqrt(static_cast<double>(drawn[0].size()));
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    EXPECT_LT(distance_from(drawn[i], normal_distribution), largest_distance(drawn[i].size()));
    for (std::size_t j = 0; j < i; ++j) EXPECT_NEAR(correlation(drawn[i], drawn[j]), 0, bound) << i << " " << j;
  }
}

/// Silent tanh neurons without a synapse that conducts, tau_m = 50 ms, dt = 10 ms.
Network silent_network() {
  NetworkDescription description;
  description.name = "silent";
  description.dt = 0.01;
  description.inputs = {{"x", 1, -1, 1}};
  description.populations.resize(1);
  description.populations[0].name = "n";
  description.populations[0].size = 12;
  description.populations[0].activation = Activation::kTanh;
  description.populations[0].tau_m.values = {0.05};
  description.projections.resize(1);
  description.projections[0].from = "x";
  description.projections[0].to = "n";
  description.projections[0].weights.values = {0};
  return build_network(description).value();
}

constexpr std::int64_t kSamples = 256;

Traces run_silent(const Target& target, std::int64_t batch, Effects effects, std::vector<Recording> recordings,
                  std::int64_t first_trial = 0) {
  const Network network = silent_network();
  const Stimulus stimulus{batch, kSamples, 1, 0, std::vector<double>(static_cast<std::size_t>(batch * kSamples)), {}};
  RunOptions options;
  options.recordings = std::move(recordings);
  options.settle_steps = 50;
  options.first_trial = first_trial;
  return run_on_chip(compile_for(network, target, stimulus), 3, effects, stimulus, options);
}

Target noisy_target() {
  Target target = fine_target();
  target.noise = {1e-12, 300, 1e6, 0};
  target.hash = hash_of(target);
  return target;
}

/// One trial of one neuron, full scales.
std::vector<double> series(const SignalTrace& trace, std::int64_t trial, std::int64_t neuron) {
  std::vector<double> values;
  for (std::int64_t k = 0; k < trace.samples; ++k) {
    values.push_back(trace.value(static_cast<std::size_t>((trial * trace.samples + k) * trace.neurons + neuron)));
  }
  return values;
}

double power_at(const std::vector<double>& values, double angle) {
  std::complex<double> sum = 0;
  for (std::size_t n = 0; n < values.size(); ++n) sum += values[n] * std::polar(1.0, -angle * static_cast<double>(n));
  return std::norm(sum) / static_cast<double>(values.size());
}

/// What the periodogram of a window of an Ornstein-Uhlenbeck process of variance 1 has in the mean, exactly.
double expected_power(double decay, double angle) {
  double sum = 1;
  for (std::int64_t lag = 1; lag < kSamples; ++lag) {
    const double weight = 1 - static_cast<double>(lag) / static_cast<double>(kSamples);
    sum += 2 * weight * std::pow(decay, static_cast<double>(lag)) * std::cos(angle * static_cast<double>(lag));
  }
  return sum;
}

// The periodogram of one window is distributed exponentially around its mean; the mean of M of them has the relative
// standard deviation 1 / sqrt(M).
TEST(ThermalNoise, HasTheSpectrumOfALowPassOverThreeOctavesOnEitherSideOfItsCorner) {
  constexpr std::int64_t kBatch = 60;
  const Traces traces =
      run_silent(noisy_target(), kBatch, Effects::named("noise"), {{"n", Signal::kU}, {"n", Signal::kV}});
  const double decay = std::exp(-0.01 / 0.05);
  for (const SignalTrace& trace : traces.signals) {
    const double scale = trace.signal == Signal::kU ? 0.25 : 1.0;  // full scales per model unit
    const double variance = 1e6 * 1.380649e-23 * 300 / 1e-12;
    const double windows = static_cast<double>(kBatch * trace.neurons);
    for (const int k : {1, 3, 8, 20, 50, 110}) {
      const double angle = 2 * std::numbers::pi * k / static_cast<double>(kSamples);
      double power = 0;
      for (std::int64_t trial = 0; trial < kBatch; ++trial) {
        for (std::int64_t neuron = 0; neuron < trace.neurons; ++neuron) {
          std::vector<double> values = series(trace, trial, neuron);
          for (double& value : values) value *= scale;
          power += power_at(values, angle) / windows;
        }
      }
      EXPECT_NEAR(power / (variance * expected_power(decay, angle)), 1, 5 / std::sqrt(windows))
          << name_of(trace.signal) << " " << k;
    }
  }
}

// Ensemble means and variances over trials and neurons do not depend on when they are taken.
TEST(ThermalNoise, IsStationary) {
  constexpr std::int64_t kBatch = 60;
  const Traces traces = run_silent(noisy_target(), kBatch, Effects::named("noise"), {{"n", Signal::kU}});
  const SignalTrace& trace = traces.signals[0];
  const double n = static_cast<double>(kBatch * trace.neurons);
  const double variance = 1e6 * 1.380649e-23 * 300 / 1e-12 / (0.25 * 0.25);
  for (const std::int64_t sample : {0, 60, 120, 180, 255}) {
    double mean = 0, square = 0;
    for (std::int64_t trial = 0; trial < kBatch; ++trial) {
      for (std::int64_t neuron = 0; neuron < trace.neurons; ++neuron) {
        const double x = series(trace, trial, neuron)[static_cast<std::size_t>(sample)];
        mean += x / n;
        square += x * x / n;
      }
    }
    EXPECT_NEAR(mean, 0, 5 * std::sqrt(variance / n)) << sample;
    EXPECT_NEAR(square / variance, 1, 5 * std::sqrt(2 / n)) << sample;
  }
}

Target offset_target(Deviation::Kind kind) {
  Target target = fine_target();
  target.offsets.e = {Deviation::Distribution::kNormal, 0.02, Deviation::Scaling::kAdditive, kind};
  target.hash = hash_of(target);
  return target;
}

// The neurons are silent, so e is its offset.
TEST(Offsets, PerRunAreDrawnAnewWithEveryTrialAndHeldWithinIt) {
  constexpr std::int64_t kBatch = 60;
  const Target target = offset_target(Deviation::Kind::kPerRun);
  const Traces traces = run_silent(target, kBatch, Effects::named("offset"), {{"n", Signal::kE}});
  const SignalTrace& trace = traces.signals[0];
  double square = 0;
  const double n = static_cast<double>(kBatch * trace.neurons);
  for (std::int64_t trial = 0; trial < kBatch; ++trial) {
    for (std::int64_t neuron = 0; neuron < trace.neurons; ++neuron) {
      const std::vector<double> values = series(trace, trial, neuron);
      EXPECT_EQ(*std::min_element(values.begin(), values.end()), *std::max_element(values.begin(), values.end()));
      square += values[0] * values[0] / n;
    }
  }
  EXPECT_NEAR(square / 4e-4, 1, 5 * std::sqrt(2 / n));
  EXPECT_NE(series(trace, 0, 0), series(trace, 1, 0));
  const Traces alone = run_silent(target, 1, Effects::named("offset"), {{"n", Signal::kE}}, 5);
  EXPECT_EQ(series(alone.signals[0], 0, 3), series(trace, 5, 3));
}

TEST(Offsets, TemporalAreWhite) {
  constexpr std::int64_t kBatch = 20;
  const Traces traces = run_silent(offset_target(Deviation::Kind::kTemporal), kBatch, Effects{}, {{"n", Signal::kE}});
  const SignalTrace& trace = traces.signals[0];
  double square = 0, lagged = 0;
  const double n = static_cast<double>(trace.size());
  for (std::int64_t trial = 0; trial < kBatch; ++trial) {
    for (std::int64_t neuron = 0; neuron < trace.neurons; ++neuron) {
      const std::vector<double> values = series(trace, trial, neuron);
      for (const double value : values) square += value * value / n;
      for (std::size_t k = 1; k < values.size(); ++k) lagged += values[k] * values[k - 1] / n;
    }
  }
  EXPECT_NEAR(square / 4e-4, 1, 5 * std::sqrt(2 / n));
  EXPECT_NEAR(lagged / 4e-4, 0, 5 / std::sqrt(n));
}

}  // namespace
}  // namespace vle
