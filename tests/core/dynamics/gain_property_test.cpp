#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vle/dynamics/gain.hpp>

#include "error_filters.hpp"
#include "networks.hpp"
#include "property.hpp"

namespace vle {
namespace {

// One linear neuron that receives nothing and is an output: epsilon is the target.
std::shared_ptr<const Network> error_neuron(Integrator integrator, double dt, double tau_m, double tau_r) {
  NetworkDescription description;
  description.dt = dt;
  description.integrator = integrator;
  add_population(description, "a", 1, Activation::kLinear, tau_m).tau_r = all(tau_r);
  description.outputs = {{"a", Loss::kMeanSquaredError, 1}};
  return built(description);
}

// e of the reference for this epsilon.
std::vector<double> local_error(const std::shared_ptr<const Network>& network, const std::vector<double>& epsilon) {
  Runner runner(network);
  std::fill(runner.state.populations[0].phi_prime.begin(), runner.state.populations[0].phi_prime.end(), 1.0);
  std::vector<double> e;
  for (const double& target : epsilon) {
    runner.dynamics.step(runner.parameters, runner.state, {}, {&target, 1});
    e.push_back(runner.state.populations[0].e[0]);
  }
  return e;
}

std::vector<double> random_signal(std::size_t size) {
  std::vector<double> signal;
  const double smoothing = *between(0.02, 1);
  double x = 0;
  for (std::size_t n = 0; n < size; ++n) signal.push_back(x += smoothing * (*between(-1, 1) - x));
  return signal;
}

RC_GTEST_PROP(GainProperty, TheForwardFilterUndoesTheProspectiveError, ()) {
  const Integrator integrator = *any_integrator();
  const double tau_m = *log_between(0.05, 2);
  const double tau_r = *log_between(0.05, 2);
  const std::vector<double> epsilon = random_signal(200);
  const std::vector<double> e = local_error(error_neuron(integrator, 0.01, tau_m, tau_r), epsilon);
  const ErrorFilters filters(integrator, 0.01, tau_m, tau_r);
  const std::vector<double> back = filters.f(e);
  const double largest =
      std::abs(*std::max_element(e.begin(), e.end(), [](double x, double y) { return std::abs(x) < std::abs(y); }));
  for (std::size_t n = 0; n < epsilon.size(); ++n) RC_ASSERT(std::abs(back[n] - epsilon[n]) <= 1e-14 * (1 + largest));
}

// The part of a signal at the frequency of `period` samples, over the samples [from, from + period).
std::complex<double> at_frequency(const std::vector<double>& signal, std::size_t from, std::size_t period) {
  std::complex<double> sum = 0;
  for (std::size_t n = from; n < from + period; ++n) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(n % period) / static_cast<double>(period);
    sum += signal[n] * std::polar(1.0, -angle);
  }
  return sum;
}

// 25 of the slower time constant for the transients to die: exp(-25) = 1e-11. dt is 1/500 of the faster constant.
RC_GTEST_PROP(GainProperty, LocalAndExactErrorHaveOnePhaseAndTheStatedRatioOfGains, ()) {
  const Integrator integrator = *any_integrator();
  const double tau_m = *log_between(0.1, 1);
  const double tau_r = *log_between(0.1, 1);
  const double dt = std::min(tau_m, tau_r) / 500;
  const double wanted = *log_between(0.2 / std::max(tau_m, tau_r), 3 / std::min(tau_m, tau_r));
  const auto period = static_cast<std::size_t>(std::lround(2 * std::numbers::pi / (wanted * dt)));
  const double w = 2 * std::numbers::pi / (static_cast<double>(period) * dt);
  const auto settling = static_cast<std::size_t>(25 * std::max(tau_m, tau_r) / dt);
  std::vector<double> epsilon;
  for (std::size_t n = 0; n < 2 * settling + period; ++n) {
    epsilon.push_back(std::cos(2 * std::numbers::pi * static_cast<double>(n % period) / static_cast<double>(period)));
  }
  const std::vector<double> local = local_error(error_neuron(integrator, dt, tau_m, tau_r), epsilon);
  const std::vector<double> exact = ErrorFilters(integrator, dt, tau_m, tau_r).exact(epsilon);
  const std::complex<double> drive = at_frequency(epsilon, settling, period);
  const std::complex<double> g = at_frequency(local, settling, period) / drive;
  const std::complex<double> h = at_frequency(exact, settling, period) / drive;

  RC_ASSERT(std::abs(std::arg(g / h)) < 1e-9);
  RC_ASSERT(std::abs(std::abs(g) * std::abs(h) - 1) < 1e-9);
  const std::complex<double> i(0, 1);
  const std::complex<double> stated = (1.0 - i * w * tau_r) / (1.0 - i * w * tau_m);
  RC_ASSERT(std::abs(h / stated - 1.0) < 0.01);
  const double ratio = (1 + w * w * tau_m * tau_m) / (1 + w * w * tau_r * tau_r);
  RC_ASSERT(std::abs(std::abs(g / h) / ratio - 1) < 0.01);
}

double distance(const Gains& gains, const std::vector<double>& epsilon, const std::vector<double>& p_epsilon,
                const std::vector<double>& exact) {
  double sum = 0;
  for (std::size_t n = 0; n < epsilon.size(); ++n) {
    const double e = gains.g0 * epsilon[n] + gains.g1 * p_epsilon[n];
    sum += (e - exact[n]) * (e - exact[n]);
  }
  return sum;
}

// Zeros before and after, for 40 time constants, hold all that the filters do: exp(-40) = 4e-18.
RC_GTEST_PROP(GainProperty, OnItsOwnWindowThePairIsNeverFartherFromTheExactError, ()) {
  const Integrator integrator = *any_integrator();
  const double tau_m = *log_between(0.02, 0.3);
  const double tau_r = *log_between(0.02, 0.3);
  const ErrorFilters filters(integrator, 0.01, tau_m, tau_r);
  const auto padding = static_cast<std::size_t>(40 * std::max(tau_m, tau_r) / 0.01);
  std::vector<double> epsilon(padding, 0.0);
  const std::vector<double> signal = random_signal(static_cast<std::size_t>(*rc::gen::inRange(3, 200)));
  epsilon.insert(epsilon.end(), signal.begin(), signal.end());
  epsilon.resize(epsilon.size() + padding, 0.0);
  const std::vector<double> p = filters.p(epsilon);
  const std::vector<double> f = filters.f(epsilon);
  const std::vector<double> exact = filters.exact(epsilon);
  RC_PRE(dot(epsilon, epsilon) > 1e-6);

  GainMoments sums;
  for (std::size_t n = 0; n < epsilon.size(); ++n) {
    const GainMoments moments = gain_moments({epsilon[n], p[n], f[n]});
    sums.ee += moments.ee;
    sums.ep += moments.ep;
    sums.pp += moments.pp;
    sums.fe += moments.fe;
  }
  const double scale = dot(exact, exact) + dot(epsilon, epsilon);
  RC_ASSERT(std::abs(sums.ee - dot(p, exact)) < 1e-12 * (scale + sums.pp));
  RC_ASSERT(std::abs(sums.fe - dot(epsilon, exact)) < 1e-12 * scale);

  const double pair = distance(pair_gains(sums, 0, {}), epsilon, p, exact);
  const double single = distance(single_gain(sums, {}), epsilon, p, exact);
  RC_ASSERT(pair <= single + 1e-9 * scale);
  RC_ASSERT(pair <= distance({1, 0}, epsilon, p, exact) + 1e-9 * scale);
  RC_ASSERT(pair <= distance({0, 1}, epsilon, p, exact) + 1e-9 * scale);
  RC_ASSERT(single <= distance({0, 1}, epsilon, p, exact) + 1e-9 * scale);
}

}  // namespace
}  // namespace vle
