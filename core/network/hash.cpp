#include <span>
#include <vle/digest/digest.hpp>
#include <vle/network/network.hpp>

namespace vle {
namespace {

void add_settings(Digest& digest, const Network& network) {
  const PlasticityDescription& p = network.plasticity;
  digest.add(std::string_view("vle.v1.Network")).add(network.name).add(network.dt).add(network.integrator);
  digest.add(network.lead_bandwidth);
  for (const double value : {p.eta_weights, p.eta_bias, p.eta_tau, p.lambda, p.tau_min, p.tau_max, p.eta_tau_r,
                             p.clip.parameter, p.clip.neuron}) {
    digest.add(value);
  }
  const OptimiserDescription& optimiser = p.optimiser;
  digest.add(optimiser.kind).add(optimiser.momentum).add(optimiser.beta1).add(optimiser.beta2).add(optimiser.epsilon);
  for (const ScheduleDescription* schedule : {&p.eta_schedule, &p.lambda_schedule}) {
    digest.add(schedule->kind).add(schedule->duration).add(schedule->factor).add(schedule->floor);
    digest.add(schedule->patience).add(schedule->min_improvement);
  }
  digest.add(p.update_every).add(p.eligibility);
}

void add_array(Digest& digest, const std::vector<double>& values) {
  digest.add(std::span<const double>(values));
}

void add_population(Digest& digest, const Population& population) {
  digest.add(population.name).add(population.size).add(population.activation).add(population.tied);
  digest.add(population.gamma).add(population.gain).add(population.gain_learning.method);
  digest.add(population.gain_learning.time_constant).add(population.gain_learning.ridge);
  for (const auto* values : {&population.tau_m, &population.tau_r, &population.bias, &population.g0, &population.g1,
                             &population.tau_v, &population.lead_u, &population.lead_v}) {
    add_array(digest, *values);
  }
}

void add_projection(Digest& digest, const Projection& projection) {
  const Synapses& synapses = projection.synapses;
  digest.add(projection.name).add(projection.from.is_input).add(projection.from.index).add(projection.to);
  digest.add(synapses.post_size).add(synapses.pre_size);
  digest.add(std::span<const std::uint32_t>(synapses.row_start)).add(std::span<const std::uint32_t>(synapses.column));
  add_array(digest, synapses.values);
  digest.add(projection.backward).add(projection.plastic);
  add_array(digest, projection.backward_values);
}

}  // namespace

std::string hash_network(const Network& network) {
  Digest digest;
  add_settings(digest, network);
  digest.add(network.inputs.size());
  for (const Input& input : network.inputs) {
    digest.add(input.name).add(input.size).add(input.first_channel).add(input.low).add(input.high);
  }
  digest.add(network.populations.size());
  for (const Population& population : network.populations) add_population(digest, population);
  digest.add(network.projections.size());
  for (const Projection& projection : network.projections) add_projection(digest, projection);
  digest.add(network.outputs.size());
  for (const Output& output : network.outputs) {
    digest.add(output.population).add(output.loss).add(output.beta).add(output.first_channel);
  }
  return digest.hex();
}

}  // namespace vle
