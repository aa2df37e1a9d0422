#include "learning.hpp"

#include <algorithm>
#include <cmath>
#include <vle/dynamics/optimiser.hpp>

namespace vle {
namespace {

using Kind = OptimiserDescription::Kind;

SweepMemory make_memory_of(const OptimiserDescription& optimiser, std::size_t size) {
  SweepMemory memory;
  memory.direction.assign(size, 0.0f);
  if (optimiser.kind != Kind::kPlain) memory.first.assign(size, 0.0f);
  if (optimiser.kind == Kind::kAdam) memory.second.assign(size, 0.0f);
  return memory;
}

SweepGains make_gains(const Population& described, double integration_dt, const SweepPopulation& population) {
  SweepGains gains;
  gains.low_pass.assign(population.epsilon.size(), 0.0f);
  for (Floats* products : {&gains.ee, &gains.ep, &gains.pp, &gains.fe}) {
    products->assign(padded_to_block(population.neurons), 0.0f);
  }
  gains.statistics.resize(population.neurons);
  gains.share = -std::expm1(-integration_dt / described.gain_learning.time_constant);
  return gains;
}

void adapt_gains(const Population& described, std::size_t batch, SweepPopulation& population) {
  SweepGains& gains = population.gains;
  const double scale = 1 / static_cast<double>(batch);
  for (std::size_t i = 0; i < gains.statistics.size(); ++i) {
    const GainMoments sample{scale * double{gains.ee[i]}, scale * double{gains.ep[i]}, scale * double{gains.pp[i]},
                             scale * double{gains.fe[i]}};
    const Gains next =
        follow_gains(described, gains.share, sample, gains.statistics[i], {population.g0[i], population.g1[i]});
    population.g0[i] = static_cast<float>(next.g0);
    population.g1[i] = static_cast<float>(next.g1);
  }
}

/// The constants of an update of arrays with the rate `eta`.
SweepUpdate make_update(const OptimiserDescription& optimiser, double eta, double decay, double integration_dt,
                        const SweepTables& tables) {
  const auto gathered = static_cast<double>(tables.progress.gathered);
  const UpdateStep step = make_update_step(optimiser, eta, gathered * integration_dt, tables.progress.updates);
  SweepUpdate update;
  update.kind = optimiser.kind;
  update.scale = static_cast<float>(1 / (gathered * static_cast<double>(tables.batch)));
  update.rate = static_cast<float>(step.rate);
  const bool is_adam = optimiser.kind == Kind::kAdam;
  update.first_share = static_cast<float>(1 - (is_adam ? optimiser.beta1 : optimiser.momentum));
  update.second_share = static_cast<float>(1 - optimiser.beta2);
  update.first_correction = static_cast<float>(step.first_correction);
  update.second_correction = static_cast<float>(step.second_correction);
  update.epsilon = static_cast<float>(optimiser.epsilon);
  update.keep = static_cast<float>(1 - decay);
  return update;
}

void decay_weights(float keep, SweepProjection& projection) {
  if (keep == 1 || !projection.plastic) return;
  for (Floats* array : {&projection.weights, projection.mirrored ? &projection.backward : nullptr}) {
    if (array == nullptr) continue;
    for (float& value : *array) value *= keep;
  }
}

void move_all(const PlasticityDescription& plasticity, double integration_dt, SweepTables& tables) {
  SweepProgress& progress = tables.progress;
  ++progress.updates;
  const double now = static_cast<double>(progress.steps) * integration_dt;
  const double factor = schedule_factor(plasticity.eta_schedule, progress.eta_schedule, now);
  const double lambda = plasticity.lambda * schedule_factor(plasticity.lambda_schedule, progress.lambda_schedule, now);
  const double decay = static_cast<double>(progress.gathered) * integration_dt * lambda;
  const SweepUpdate of_weights =
      make_update(plasticity.optimiser, factor * plasticity.eta_weights, decay, integration_dt, tables);
  const SweepUpdate of_bias =
      make_update(plasticity.optimiser, factor * plasticity.eta_bias, 0, integration_dt, tables);
  for (SweepProjection& projection : tables.projections) {
    if (projection.memory.direction.empty()) {
      decay_weights(of_weights.keep, projection);
    } else {
      move_parameters(of_weights, projection.memory, projection.weights,
                      projection.mirrored ? &projection.backward : nullptr);
    }
  }
  for (SweepPopulation& population : tables.populations) {
    if (!population.bias_memory.direction.empty()) {
      move_parameters(of_bias, population.bias_memory, population.bias, nullptr);
    }
  }
  progress.gathered = 0;
}

}  // namespace

bool gathers_directions(const Network& network) {
  const PlasticityDescription& plasticity = network.plasticity;
  return plasticity.optimiser.kind != Kind::kPlain || plasticity.update_every != 1 ||
         plasticity.eta_schedule.kind != ScheduleDescription::Kind::kConstant ||
         plasticity.lambda_schedule.kind != ScheduleDescription::Kind::kConstant ||
         std::any_of(network.populations.begin(), network.populations.end(),
                     [](const Population& population) { return learns_gains(population.gain); });
}

void make_memory(const Network& network, double integration_dt, SweepTables& tables) {
  const PlasticityDescription& plasticity = network.plasticity;
  tables.progress.gathers = gathers_directions(network);
  if (!tables.progress.gathers) return;
  for (SweepProjection& projection : tables.projections) {
    if (!projection.plastic || plasticity.eta_weights == 0) continue;
    projection.memory = make_memory_of(plasticity.optimiser, projection.weights.size());
  }
  for (std::size_t p = 0; p < tables.populations.size(); ++p) {
    SweepPopulation& population = tables.populations[p];
    if (plasticity.eta_bias > 0) {
      population.bias_memory = make_memory_of(plasticity.optimiser, population.bias.size());
    }
    const Population& described = network.populations[p];
    if (learns_gains(described.gain)) population.gains = make_gains(described, integration_dt, population);
  }
}

void finish_learning(const Network& network, double integration_dt, SweepTables& tables) {
  SweepProgress& progress = tables.progress;
  for (std::size_t p = 0; p < tables.populations.size(); ++p) {
    adapt_gains(network.populations[p], tables.batch, tables.populations[p]);
  }
  ++progress.steps;
  if (++progress.gathered < network.plasticity.update_every) return;
  move_all(network.plasticity, integration_dt, tables);
}

}  // namespace vle
