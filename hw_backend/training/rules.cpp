#include <vle/training/rules.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "draws.hpp"

namespace vle::training {
namespace {

// Time constant of running means where a network gives none: as build_network() sets it.
constexpr double kMeansPerTau = 50;

void start_gains(Population& population) {
  const auto size = static_cast<std::size_t>(population.size);
  const bool is_epsilon = population.gain == GainRule::kInstantaneous || population.gain == GainRule::kPair;
  population.g0.assign(size, is_epsilon ? 1.0 : 0.0);
  population.g1.assign(size, is_epsilon ? 0.0 : 1.0);
  if (population.gain == GainRule::kSingle) {
    for (std::size_t i = 0; i < size; ++i) population.g1[i] = population.tau_r[i] / population.tau_m[i];
  }
  if (population.gain_learning.time_constant > 0) return;
  population.gain_learning.time_constant =
      kMeansPerTau * *std::max_element(population.tau_m.begin(), population.tau_m.end());
}

void draw_backward(Projection& projection, std::size_t index, std::uint64_t seed) {
  const Draws draws(seed, DrawPurpose::kBackwardWeights, static_cast<std::uint32_t>(index));
  projection.backward_values.resize(projection.synapses.values.size());
  projection.synapses.for_each([&](std::int64_t post, std::int64_t, std::size_t k) {
    const double deviation = 1 / std::sqrt(static_cast<double>(projection.synapses.fan_in(post)));
    projection.backward_values[k] = deviation * draws.normal(k);
  });
}

}  // namespace

const std::vector<RuleRecord>& rules() {
  static const std::vector<RuleRecord> table{
      {"adjoint", BackwardRule::kNone, GainRule::kNone, Eligibility::kRate, true,
       "exact gradients, offline: the oracle"},
      {"instantaneous", BackwardRule::kTranspose, GainRule::kInstantaneous, Eligibility::kRate, false,
       "e = epsilon, B = W^T"},
      {"gle", BackwardRule::kTranspose, GainRule::kNone, Eligibility::kRate, false, "e = P epsilon, B = W^T"},
      {"fixed_random", BackwardRule::kFixedRandom, GainRule::kNone, Eligibility::kRate, false,
       "e = P epsilon, B random and fixed"},
      {"single", BackwardRule::kTranspose, GainRule::kSingle, Eligibility::kRate, false, "e = g1 P epsilon, B = W^T"},
      {"pair", BackwardRule::kTranspose, GainRule::kPair, Eligibility::kRate, false,
       "e = g0 epsilon + g1 P epsilon, B = W^T"},
      {"mirror", BackwardRule::kMirror, GainRule::kPair, Eligibility::kRate, false,
       "e = g0 epsilon + g1 P epsilon, B learned beside W"},
      {"trace", BackwardRule::kTranspose, GainRule::kPair, Eligibility::kTrace, false,
       "pair, and synapses learn from epsilon_i F_i r_j"},
      {"trace_mirror", BackwardRule::kMirror, GainRule::kPair, Eligibility::kTrace, false,
       "mirror, and synapses learn from epsilon_i F_i r_j"},
  };
  return table;
}

const RuleRecord* find_rule(std::string_view name) {
  const auto found = std::find_if(rules().begin(), rules().end(), [&](const RuleRecord& r) { return r.name == name; });
  return found == rules().end() ? nullptr : &*found;
}

Result<std::vector<RuleRecord>> parse_rules(std::string_view list) {
  if (list == "all") return rules();
  std::vector<RuleRecord> chosen;
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find(',', start), list.size());
    const std::string_view name = list.substr(start, end - start);
    const RuleRecord* rule = find_rule(name);
    if (rule == nullptr) {
      std::vector<std::string_view> names;
      for (const RuleRecord& record : rules()) names.push_back(record.name);
      return fail(ErrorCode::kInvalidInput, "there is no rule \"{}\"; there are: all, {}", name,
                  fmt::join(names, ", "));
    }
    chosen.push_back(*rule);
    start = end + 1;
  }
  return chosen;
}

Result<Network> with_rule(Network network, const RuleRecord& rule, std::uint64_t seed) {
  if (rule.is_exact) return network;
  network.plasticity.eligibility = rule.eligibility;
  for (Population& population : network.populations) {
    population.gain = rule.gain;
    start_gains(population);
  }
  for (std::size_t q = 0; q < network.projections.size(); ++q) {
    Projection& projection = network.projections[q];
    if (projection.backward == BackwardRule::kNone) continue;
    projection.backward = rule.backward;
    projection.backward_values.clear();
    if (rule.backward == BackwardRule::kFixedRandom) draw_backward(projection, q, seed);
    if (rule.backward == BackwardRule::kMirror)
      projection.backward_values.assign(projection.synapses.values.size(), 0.0);
  }
  network.loop_radii = bound_loop_radii(network);
  if (network.lead_bandwidth <= 0 && network.loop_radii.largest() >= 1) {
    return fail(ErrorCode::kInvalidInput,
                "network \"{}\" with rule {}: the instantaneous loops may have a gain of {:.4g}, and must stay below "
                "1; make the recurrent weights smaller or give lead_bandwidth_hertz",
                network.name, rule.name, network.loop_radii.largest());
  }
  network.hash = hash_network(network);
  return network;
}

}  // namespace vle::training
