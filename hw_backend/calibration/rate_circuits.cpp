#include <algorithm>
#include <cmath>
#include <vle/network/activation.hpp>

#include "routine.hpp"

namespace vle::calibration {
namespace {

/// A shape by which rate circuits are measured, and the arguments x / input_scale at which.
struct Way {
  PhiShape shape;
  std::vector<double> arguments;
  bool saturates = true;  ///< so that slope and amplitude can be told apart
};

/// The first shape of the target that saturates, bending where its arguments lie; else the linear one.
Way choose_way(const Target& target) {
  const std::vector<double> bend{0.3, 0.6, 0.9, 1.3, 1.8, 2.5};  // of tanh
  std::vector<double> wider = bend;                              // the logistic function is tanh of half its argument
  for (double& z : wider) z *= 2;
  if (const PhiShape* shape = target.find_shape(Activation::kTanh)) return {*shape, bend};
  if (const PhiShape* shape = target.find_shape(Activation::kSigmoid)) return {*shape, wider};
  if (const PhiShape* shape = target.find_shape(Activation::kHardSigmoid)) return {*shape, {0.6, 1.2, 1.7, 3, 3.5}};
  return {*target.find_shape(Activation::kLinear), {0.2, 0.5, 0.8}, false};
}

/// Mean codes of u and r of one neuron at one level.
struct Sample {
  double u = 0;
  double r = 0;
  double error = 0;  ///< standard error of r for this u, LSB
};

/// What one neuron's read-out says of its rate circuit, in LSB. With x what u is and F the full code,
///
///     u = x + d - w (x / F)^2        r = y + d - w (y / F)^2        y = amplitude A phi(slope x / scale) / lsb + o
///
/// d: the read-out's offset at 0; w: the bow of its ramp; o: the offset of the rate output. What is known of these
/// three beforehand, and the spreads that the target states, are further measurements of the fit.
class CircuitFit {
 public:
  CircuitFit(const Bench& bench, const Way& way) : way_(way), lsb_(bench.adc_lsb()) {
    const Target& target = bench.target();
    full_ = target.readout_adc.range / lsb_;
    constexpr double kExact = 1e-3;  // LSB
    const RateCircuits& stated = target.rate_circuits;
    if (way.saturates) {
      spread_ = {stated.slope.sigma, stated.amplitude.sigma};
    } else {
      spread_ = {std::hypot(stated.slope.sigma, stated.amplitude.sigma), 1e-6};
    }
    offset_ = std::max(kExact, target.offsets.r.sigma / lsb_);
    bow_ = std::max(kExact, target.readout_adc.errors.ramp_bow_lsb);
  }

  /// Nothing where the samples do not determine the circuit.
  std::optional<CalibratedRateCircuit> fit(const std::vector<Sample>& samples, double adc_offset,
                                           double adc_error) const {
    const auto residuals = [&](const Eigen::VectorXd& p, Eigen::VectorXd& out) {
      Eigen::Index k = 0;
      for (const Sample& sample : samples) out[k++] = (rate_code(p, sample.u) - sample.r) / sample.error;
      for (std::size_t i = 0; i < spread_.size(); ++i) {
        out[k++] = spread_[i] > 0 ? (p[static_cast<Eigen::Index>(i)] - 1) / spread_[i] : 0;
      }
      out[k++] = p[2] / offset_;
      out[k++] = (p[3] - adc_offset) / std::max(adc_error, 1e-3);
      out[k++] = p[4] / bow_;
    };
    Eigen::VectorXd start(kParameters);
    start << 1, 1, 0, adc_offset, 0;
    const int points = static_cast<int>(samples.size()) + kParameters;
    const ModelFit fitted = fit_model(residuals, start, points);
    const bool holds = fitted.converged && fitted.parameters[0] > 0 && fitted.parameters[1] > 0 &&
                       std::sqrt(std::max(fitted.covariance(0, 0), fitted.covariance(1, 1))) < kWorst;
    if (!holds) return std::nullopt;
    CalibratedRateCircuit circuit;
    circuit.slope = fitted.parameters[0];
    circuit.amplitude = fitted.parameters[1];
    circuit.covariance = {fitted.covariance(0, 0), fitted.covariance(0, 1), fitted.covariance(0, 1),
                          fitted.covariance(1, 1)};
    double squares = 0;
    for (const Sample& sample : samples) squares += std::pow(rate_code(fitted.parameters, sample.u) - sample.r, 2);
    if (!samples.empty()) circuit.residual = lsb_ * std::sqrt(squares / static_cast<double>(samples.size()));
    return circuit;
  }

  /// LSB of r per LSB of u on the nominal circuit.
  double slope_at(double u) const {
    return way_.shape.amplitude / way_.shape.input_scale *
           phi_prime(way_.shape.activation, u * lsb_ / way_.shape.input_scale);
  }

 private:
  static constexpr int kParameters = 5;
  static constexpr double kWorst = 0.1;  // standard error of a factor that is still of use

  double rate_code(const Eigen::VectorXd& p, double u) const {
    const double x = u - p[3] + p[4] * u * u / (full_ * full_);
    const double y =
        p[1] * way_.shape.amplitude / lsb_ * phi(way_.shape.activation, p[0] * x * lsb_ / way_.shape.input_scale) +
        p[2];
    return y + p[3] - p[4] * y * y / (full_ * full_);
  }

  const Way& way_;
  double lsb_;
  double full_ = 0;
  std::array<double, 2> spread_{};  ///< of slope and amplitude; 0: not stated
  double offset_ = 0;               ///< LSB
  double bow_ = 0;                  ///< LSB
};

/// r against u of every neuron, both read at rest over the bend of a shape that saturates.
class RateCircuitsRoutine final : public Routine {
 public:
  std::string_view name() const override { return "phi"; }
  std::vector<std::string_view> needs() const override { return {"adc", "responses"}; }
  std::vector<Signal> watched() const override { return {Signal::kR}; }
  /// A target that states no deviation of rate circuits says that there is nothing to find.
  bool is_usual(const Target& target) const override { return target.rate_circuits.deviate(); }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Way way = choose_way(bench.target());
    const auto means = measure(bench, effort, way);
    if (!means) return tl::unexpected(means.error());
    const CircuitFit fit(bench, way);
    for (std::size_t neuron = 0; neuron < findings.neurons() && !bench.is_rehearsing(); ++neuron) {
      if (findings.dead[neuron]) continue;
      const std::vector<Sample> samples = samples_of(bench, *means, neuron, fit);
      const auto circuit = fit.fit(samples, findings.adc_offset[neuron], findings.adc_error);
      if (circuit) findings.add(neuron, *circuit);
    }
    return {};
  }

 private:
  static Result<std::vector<LevelMeans>> measure(Bench& bench, double effort, const Way& way) {
    constexpr double kMost = 0.85;  // full scales of u
    const Target& target = bench.target();
    Probe probe(target, bench.substeps_per_sample(2), 1);
    probe.use_shape(way.shape.activation);
    probe.set_near(ParameterKind::kColumnGain, 1);
    probe.set_near(ParameterKind::kTauU, 16 * target.substep().value);
    probe.drive_row(0, 0);
    probe.set_row(ParameterKind::kWeight, 0, Lsb{target.dac(ParameterKind::kWeight).max_code});
    if (Result<> loaded = bench.load(probe); !loaded) return tl::unexpected(loaded.error());
    Bench::Levels levels;
    for (const double z : way.arguments) {
      const double level = bench.on_grid(std::min(kMost, z * way.shape.input_scale));
      levels.inputs.insert(levels.inputs.end(), {{level}, {-level}});
    }
    levels.settle = 8;
    levels.samples = 64;
    levels.trials = repeated(16, effort);
    return bench.measure(levels, {Signal::kU, Signal::kR});
  }

  /// The levels at which neither the rails nor the ends of the read-out cut r off.
  static std::vector<Sample> samples_of(const Bench& bench, const std::vector<LevelMeans>& means, std::size_t neuron,
                                        const CircuitFit& fit) {
    const LevelMeans& u = means[0];
    const LevelMeans& r = means[1];
    std::vector<Sample> samples;
    for (std::size_t level = 0; level * static_cast<std::size_t>(r.neurons) < r.mean.size(); ++level) {
      const Sample sample{u.at(level, neuron), r.at(level, neuron), 0};
      if (bench.is_near_the_rails(sample.r) || bench.is_near_the_rails(sample.u)) continue;
      samples.push_back(sample);
      samples.back().error = std::hypot(r.error, fit.slope_at(sample.u) * u.error);
    }
    return samples;
  }
};

}  // namespace

std::unique_ptr<Routine> make_rate_circuits() {
  return std::make_unique<RateCircuitsRoutine>();
}

}  // namespace vle::calibration
