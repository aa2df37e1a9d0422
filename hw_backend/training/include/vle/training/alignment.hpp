#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include <vle/dynamics/adjoint.hpp>
#include <vle/network/network.hpp>
#include <vle/training/rules.hpp>

namespace vle::training {

enum class ParameterKind { kWeights, kBias, kTauM, kTauR };
/// `W`, `b`, `tau_m`, `tau_r`.
std::string_view name_of(ParameterKind kind);

/// How one rule's gradient lies to the exact one, over the parameters of one kind in one population. W are the plastic
/// synapses onto the population.
struct AlignmentRow {
  std::string rule;
  std::string population;
  ParameterKind kind = ParameterKind::kWeights;
  double cosine = 0;      ///< 0 where the rule's gradient is 0
  double norm_ratio = 0;  ///< |rule's| / |exact|
};

struct Alignment {
  double loss = 0;  ///< summed over the counted steps, mean over the trials
  std::vector<AlignmentRow> rows;
  std::vector<std::string> left_out;  ///< why a rule is missing, one line each
};

struct AlignmentOptions {
  std::vector<RuleRecord> rules;   ///< the exact one is skipped
  std::size_t settling_steps = 0;  ///< steps at the start that no gradient counts
  std::uint64_t seed = 0;          ///< of B where it is drawn
};

/// Compares each rule's gradient, summed over a run, with that of the adjoint oracle in its free mode (SCIENCE.md 4).
/// The rules run on the network with gamma 0, so that all see the rates of the oracle; their gains are first fitted to
/// the same run (vle/training/gain_fit.hpp). Parameters that the exact gradient does not depend on have no row.
/// Errors: those of adjoint_gradients().
[[nodiscard]] Result<Alignment> measure_alignment(const Network& network, const AdjointSignals& signals,
                                                  const AlignmentOptions& options);

/// The same for the network's own rule as it is, with its own B, gains and eligibility: what it would learn from this
/// run if nothing moved. The rows' rule is `own`.
[[nodiscard]] Result<Alignment> measure_own_alignment(const Network& network, const AdjointSignals& signals,
                                                      std::size_t settling_steps);

}  // namespace vle::training
