#include <vle/training/alignment.hpp>

#include <cmath>
#include <memory>
#include <utility>
#include <vle/dynamics/learner.hpp>
#include <vle/training/gain_fit.hpp>

#include "signal_views.hpp"

namespace vle::training {
namespace {

// Share of the largest gradient of its kind below which an exact gradient is rounding.
constexpr double kNothing = 1e-12;

void append(const std::vector<double>& from, std::vector<double>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

std::vector<double> part_of(const Network& network, const Gradients& gradients, std::size_t p, ParameterKind kind) {
  const PopulationGradients& own = gradients.populations[p];
  switch (kind) {
    case ParameterKind::kWeights: {
      std::vector<double> weights;
      for (std::size_t q = 0; q < network.projections.size(); ++q) {
        const Projection& projection = network.projections[q];
        if (projection.plastic && projection.to == static_cast<std::int64_t>(p)) {
          append(gradients.projections[q].weights, weights);
        }
      }
      return weights;
    }
    case ParameterKind::kBias:
      return own.bias;
    case ParameterKind::kTauM:
      return network.populations[p].tied ? std::vector<double>{} : own.tau_m;
    case ParameterKind::kTauR:
      return network.populations[p].tied ? std::vector<double>{} : own.tau_r;
  }
  return {};
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

Gradients local_gradients(const std::shared_ptr<const Network>& network, const AdjointSignals& signals,
                          std::size_t settling_steps) {
  LearnerOptions options;
  options.gathers_all = true;
  const Learner learner{Dynamics(network), options};
  const Dynamics& dynamics = learner.dynamics();
  Parameters parameters = dynamics.initial_parameters();
  fit_gains(dynamics, signals, settling_steps, parameters);
  State state = dynamics.initial_state(signals.batch);
  LearnerState learning = learner.initial_state(signals.batch);
  for (std::size_t step = 0; step < signals.steps; ++step) {
    learner.step(parameters, state, learning, input_view(*network, signals, step), target_view(*network, signals, step),
                 {false, step >= settling_steps, false});
  }
  return std::move(learning.gradients);
}

void compare(const Network& network, const Gradients& exact, const Gradients& local, std::string_view rule,
             std::vector<AlignmentRow>& rows) {
  for (const ParameterKind kind :
       {ParameterKind::kWeights, ParameterKind::kBias, ParameterKind::kTauM, ParameterKind::kTauR}) {
    double largest = 0;
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
      const std::vector<double> part = part_of(network, exact, p, kind);
      largest = std::max(largest, std::sqrt(dot(part, part)));
    }
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
      const std::vector<double> a = part_of(network, exact, p, kind);
      const std::vector<double> b = part_of(network, local, p, kind);
      const double exact_norm = std::sqrt(dot(a, a));
      const double local_norm = std::sqrt(dot(b, b));
      if (!(exact_norm > kNothing * largest)) continue;
      const double cosine = local_norm > 0 ? dot(a, b) / (exact_norm * local_norm) : 0;
      rows.push_back({std::string(rule), network.populations[p].name, kind, cosine, local_norm / exact_norm});
    }
  }
}

Network without_coupling(Network network) {
  for (Population& population : network.populations) population.gamma = 0;
  return network;
}

Result<AdjointResult> exact_gradients(const Network& free, const AdjointSignals& signals, std::size_t settling_steps) {
  const Dynamics dynamics(std::make_shared<const Network>(free));
  AdjointOptions options;
  options.settling_steps = settling_steps;
  return adjoint_gradients(dynamics, dynamics.initial_parameters(), signals, options);
}

}  // namespace

std::string_view name_of(ParameterKind kind) {
  constexpr std::string_view kNames[] = {"W", "b", "tau_m", "tau_r"};
  return kNames[static_cast<std::size_t>(kind)];
}

Result<Alignment> measure_alignment(const Network& network, const AdjointSignals& signals,
                                    const AlignmentOptions& options) {
  const Network free = without_coupling(network);
  const auto exact = exact_gradients(free, signals, options.settling_steps);
  if (!exact) return tl::unexpected(exact.error());
  Alignment alignment;
  alignment.loss = exact->loss;
  for (const RuleRecord& rule : options.rules) {
    if (rule.is_exact) continue;
    auto ruled = with_rule(free, rule, options.seed);
    if (!ruled) {
      alignment.left_out.push_back(ruled.error().message);
      continue;
    }
    const auto local =
        local_gradients(std::make_shared<const Network>(std::move(*ruled)), signals, options.settling_steps);
    compare(free, exact->gradients, local, rule.name, alignment.rows);
  }
  return alignment;
}

Result<Alignment> measure_own_alignment(const Network& network, const AdjointSignals& signals,
                                        std::size_t settling_steps) {
  const Network free = without_coupling(network);
  const auto exact = exact_gradients(free, signals, settling_steps);
  if (!exact) return tl::unexpected(exact.error());
  Alignment alignment;
  alignment.loss = exact->loss;
  const auto local = local_gradients(std::make_shared<const Network>(free), signals, settling_steps);
  compare(free, exact->gradients, local, "own", alignment.rows);
  return alignment;
}

}  // namespace vle::training
