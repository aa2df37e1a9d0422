#include <vle/dynamics/rule.hpp>

#include <cmath>

namespace vle {

static_assert(LocalRule<weight_gradient, SynapseSignals>);
static_assert(LocalRule<bias_gradient, NeuronSignals>);
static_assert(LocalRule<tau_m_gradient, NeuronSignals>);
static_assert(LocalRule<tau_r_gradient, NeuronSignals>);
static_assert(LocalRule<trace_weight_gradient, TraceSignals>);
static_assert(LocalRule<trace_bias_gradient, TraceSignals>);
static_assert(LocalRule<trace_tau_m_gradient, TraceSignals>);
static_assert(LocalRule<gain_moments, ErrorNeuronSignals, GainMoments>);

double membrane_slope(Integrator integrator, double dt, double tau_m) {
  const double x = dt / tau_m;
  return (integrator == Integrator::kEuler ? 1 : x / std::expm1(x)) / tau_m;
}

double prospective_slope(Integrator integrator, double dt, double tau_m, double tau_r) {
  if (integrator == Integrator::kEuler) return 1 / tau_m;
  const double a = -std::expm1(-dt / tau_m);
  const double y = dt / tau_r;
  const double b = -std::expm1(-y);
  return a * std::exp(-y) * y / (tau_r * b * b);
}

}  // namespace vle
