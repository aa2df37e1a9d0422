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

void write_optimiser(const OptimiserDescription& optimiser, v1::Optimiser& out) {
  using Kind = OptimiserDescription::Kind;
  switch (optimiser.kind) {
    case Kind::kPlain:
      out.mutable_plain();
      break;
    case Kind::kMomentum:
      out.mutable_momentum()->set_momentum(optimiser.momentum);
      break;
    case Kind::kAdam:
      out.mutable_adam()->set_beta1(optimiser.beta1);
      out.mutable_adam()->set_beta2(optimiser.beta2);
      out.mutable_adam()->set_epsilon(optimiser.epsilon);
      break;
  }
}

void write_schedule(const ScheduleDescription& schedule, v1::Schedule& out) {
  using Kind = ScheduleDescription::Kind;
  switch (schedule.kind) {
    case Kind::kConstant:
      break;
    case Kind::kCosine:
      out.mutable_cosine()->set_duration_seconds(schedule.duration);
      out.mutable_cosine()->set_floor(schedule.floor);
      break;
    case Kind::kStep:
      out.mutable_step()->set_duration_seconds(schedule.duration);
      out.mutable_step()->set_factor(schedule.factor);
      out.mutable_step()->set_floor(schedule.floor);
      break;
    case Kind::kPlateau:
      out.mutable_plateau()->set_patience(static_cast<std::uint32_t>(schedule.patience));
      out.mutable_plateau()->set_factor(schedule.factor);
      out.mutable_plateau()->set_floor(schedule.floor);
      out.mutable_plateau()->set_min_improvement(schedule.min_improvement);
      break;
  }
}

}  // namespace

void write_gain_learning(const GainLearning& learning, v1::LearnedGains& out) {
  out.set_method(to_proto(learning.method));
  out.set_time_constant_seconds(learning.time_constant);
  out.set_ridge(learning.ridge);
}

void write_plasticity(const PlasticityDescription& plasticity, v1::Plasticity& out) {
  out.set_eta_weights_per_second(plasticity.eta_weights);
  out.set_eta_bias_per_second(plasticity.eta_bias);
  out.set_eta_tau(plasticity.eta_tau);
  out.set_lambda_per_second(plasticity.lambda);
  out.set_tau_min_seconds(plasticity.tau_min);
  out.set_tau_max_seconds(plasticity.tau_max);
  out.set_eta_tau_r(plasticity.eta_tau_r);
  out.set_clip_parameter(plasticity.clip.parameter);
  out.set_clip_neuron(plasticity.clip.neuron);
  out.set_update_every(static_cast<std::uint32_t>(plasticity.update_every));
  out.set_eligibility(to_proto(plasticity.eligibility));
  write_optimiser(plasticity.optimiser, *out.mutable_optimiser());
  write_schedule(plasticity.eta_schedule, *out.mutable_eta_schedule());
  write_schedule(plasticity.lambda_schedule, *out.mutable_lambda_schedule());
}

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
  plasticity.eligibility = to_eligibility(given.eligibility()).value_or(Eligibility::kRate);
  return plasticity;
}

}  // namespace vle::io
