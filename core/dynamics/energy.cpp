#include <vle/dynamics/energy.hpp>

#include <algorithm>
#include <vle/dynamics/target_error.hpp>

namespace vle {

double ProspectiveEnergy::total(std::size_t trial) const {
  double sum = 0;
  for (const std::vector<double>* part : {&mismatch, &cost}) {
    for (std::size_t k = trial; k < part->size(); k += batch) sum += (*part)[k];
  }
  return sum;
}

void measure_energy(const Dynamics& dynamics, const Parameters& parameters, const State& state, SignalView targets,
                    ProspectiveEnergy& energy) {
  const Network& network = dynamics.network();
  const std::size_t batch = energy.batch = state.batch;
  energy.mismatch.assign(network.populations.size() * batch, 0.0);
  energy.cost.assign(network.outputs.size() * batch, 0.0);
  for (std::size_t p = 0; p < state.populations.size(); ++p) {
    const PopulationState& population = state.populations[p];
    const std::vector<double>& a = parameters.populations[p].a;
    double* sums = energy.mismatch.data() + p * batch;
    for (std::size_t i = 0; i < a.size(); ++i) {
      for (std::size_t trial = 0; trial < batch; ++trial) {
        const std::size_t k = i * batch + trial;
        const double m = membrane_mismatch(population.u[k], population.drive[k], population.s[k], a[i]);
        sums[trial] += 0.5 * m * m;
      }
    }
  }
  if (!targets.first) return;
  for (std::size_t o = 0; o < network.outputs.size(); ++o) {
    const Output& output = network.outputs[o];
    const std::vector<double>& r = state.populations[static_cast<std::size_t>(output.population)].r;
    for (std::size_t trial = 0; trial < batch; ++trial) {
      energy.cost[o * batch + trial] = output_loss(output, targets, trial, batch, r);
    }
  }
}

}  // namespace vle
