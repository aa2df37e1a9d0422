#include <vle/dynamics/parameters.hpp>

#include <cmath>
#include <vle/dynamics/dynamics.hpp>

namespace vle {

double Dynamics::step_share(double tau) const {
  return integrator_ == Integrator::kEuler ? dt_ / tau : -std::expm1(-dt_ / tau);
}

void Dynamics::update_coefficients(const Population& population, PopulationParameters& parameters) const {
  const std::size_t size = parameters.tau_m.size();
  for (auto* values : {&parameters.a, &parameters.b, &parameters.lead_u, &parameters.lead_v}) values->resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    const double a = step_share(parameters.tau_m[i]);
    const double b_r = step_share(parameters.tau_r[i]);
    const double b = parameters.tau_v.empty() ? b_r : step_share(parameters.tau_v[i]);
    parameters.a[i] = a;
    parameters.b[i] = b;
    parameters.lead_u[i] = population.lead_u.empty() ? a / b_r : population.lead_u[i];
    parameters.lead_v[i] = population.lead_v.empty() ? b / a : population.lead_v[i];
  }
}

void Dynamics::update_coefficients(Parameters& parameters) const {
  for (std::size_t p = 0; p < parameters.populations.size(); ++p) {
    update_coefficients(network_->populations[p], parameters.populations[p]);
  }
}

Parameters Dynamics::initial_parameters() const {
  Parameters parameters;
  for (const Population& population : network_->populations) {
    parameters.populations.push_back({population.tau_m,
                                      population.tau_r,
                                      population.tau_v,
                                      population.bias,
                                      population.g0,
                                      population.g1,
                                      {},
                                      {},
                                      {},
                                      {}});
  }
  for (const Projection& projection : network_->projections) {
    parameters.projections.push_back({projection.synapses.values, projection.backward_values});
  }
  update_coefficients(parameters);
  return parameters;
}

}  // namespace vle
