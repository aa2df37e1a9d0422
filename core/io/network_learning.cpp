#include "network_learning.hpp"

#include "network_enums.hpp"

namespace vle::io {
namespace {

OptimiserDescription read_optimiser(const v1::Optimiser& given) {
  OptimiserDescription optimiser;
  if (given.has_momentum()) {
    optimiser.kind = OptimiserDescription::Kind::kMomentum;
    if (given.momentum().has_momentum()) optimiser.momentum = given.momentum().momentum();
  }
  if (given.has_adam()) {
    optimiser.kind = OptimiserDescription::Kind::kAdam;
    if (given.adam().has_beta1()) optimiser.beta1 = given.adam().beta1();
    if (given.adam().has_beta2()) optimiser.beta2 = given.adam().beta2();
    if (given.adam().has_epsilon()) optimiser.epsilon = given.adam().epsilon();
  }
  return optimiser;
}

ScheduleDescription read_schedule(const v1::Schedule& given) {
  using Kind = ScheduleDescription::Kind;
  ScheduleDescription schedule;
  switch (given.kind_case()) {
    case v1::Schedule::KIND_NOT_SET:
      break;
    case v1::Schedule::kCosine:
      schedule.kind = Kind::kCosine;
      schedule.duration = given.cosine().duration_seconds();
      schedule.floor = given.cosine().floor();
      break;
    case v1::Schedule::kStep:
      schedule.kind = Kind::kStep;
      schedule.duration = given.step().duration_seconds();
      schedule.floor = given.step().floor();
      if (given.step().has_factor()) schedule.factor = given.step().factor();
      break;
    case v1::Schedule::kPlateau:
      schedule.kind = Kind::kPlateau;
      schedule.floor = given.plateau().floor();
      schedule.min_improvement = given.plateau().min_improvement();
      if (given.plateau().has_factor()) schedule.factor = given.plateau().factor();
      if (given.plateau().has_patience()) schedule.patience = given.plateau().patience();
      break;
  }
  return schedule;
}

}  // namespace

GainLearning read_gain_learning(const v1::LearnedGains& given) {
  GainLearning learning;
  learning.method = to_gain_method(given.method()).value_or(GainMethod::kStatistics);
  learning.time_constant = given.time_constant_seconds();
  if (given.has_ridge()) learning.ridge = given.ridge();
  return learning;
}

PlasticityDescription read_plasticity(const v1::Plasticity& given) {
  PlasticityDescription plasticity;
  plasticity.eta_weights = given.eta_weights_per_second();
  plasticity.eta_bias = given.eta_bias_per_second();
  plasticity.eta_tau = given.eta_tau();
  plasticity.lambda = given.lambda_per_second();
  plasticity.tau_min = given.tau_min_seconds();
  plasticity.tau_max = given.tau_max_seconds();
  plasticity.eta_tau_r = given.eta_tau_r();
  plasticity.optimiser = read_optimiser(given.optimiser());
  plasticity.clip = {given.clip_parameter(), given.clip_neuron()};
  plasticity.eta_schedule = read_schedule(given.eta_schedule());
  plasticity.lambda_schedule = read_schedule(given.lambda_schedule());
  if (given.has_update_every()) plasticity.update_every = given.update_every();
  return plasticity;
}

}  // namespace vle::io
