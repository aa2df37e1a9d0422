#pragma once

#include <array>
#include <string_view>

namespace vle {

/// The programmable analog constants of a chip.
enum class ParameterKind {
  kWeight,              ///< forward synapse
  kBackwardWeight,      ///< backward synapse
  kColumnGain,          ///< of the forward array, per neuron
  kBackwardColumnGain,  ///< of the backward array, per neuron
  kBias,
  kTauU,      ///< time constant of the representation compartment
  kLeadU,     ///< lead ratio of the representation compartment
  kTauV,      ///< time constant of the error compartment
  kLeadV,     ///< lead ratio of the error compartment
  kG0,        ///< error lead: gain of epsilon
  kG1,        ///< error lead: gain of the prospective error
  kGamma,     ///< error coupling into the membrane
  kBeta,      ///< nudging strength of an output
  kLeadPole,  ///< time constant of the pole behind both lead elements
};
inline constexpr std::size_t kParameterKinds = 14;

/// What a parameter is, once for the whole project: registers, ledger, dumps and documentation read this table.
struct ParameterRecord {
  ParameterKind kind;
  std::string_view name;  ///< as in target descriptions, ledgers and register names
  std::string_view unit;  ///< of its chip value
  bool per_synapse;       ///< one per row and column, otherwise one per neuron
  std::string_view meaning;
};

inline constexpr std::array<ParameterRecord, kParameterKinds> kParameterRecords{{
    {ParameterKind::kWeight, "weight", "1", true, "forward synapse: share of the full-scale row signal"},
    {ParameterKind::kBackwardWeight, "backward_weight", "1", true,
     "backward synapse: share of the full-scale row signal"},
    {ParameterKind::kColumnGain, "column_gain", "1", false, "gain of a neuron's forward column"},
    {ParameterKind::kBackwardColumnGain, "backward_column_gain", "1", false, "gain of a neuron's backward column"},
    {ParameterKind::kBias, "bias", "1", false, "constant input of a neuron, in full scales"},
    {ParameterKind::kTauU, "tau_u", "s", false, "time constant of the representation compartment, chip time"},
    {ParameterKind::kLeadU, "lead_u", "1", false, "lead ratio of the representation compartment"},
    {ParameterKind::kTauV, "tau_v", "s", false, "time constant of the error compartment, chip time"},
    {ParameterKind::kLeadV, "lead_v", "1", false, "lead ratio of the error compartment"},
    {ParameterKind::kG0, "g0", "1", false, "error lead: gain of epsilon"},
    {ParameterKind::kG1, "g1", "1", false, "error lead: gain of the prospective error"},
    {ParameterKind::kGamma, "gamma", "1", false, "coupling of a neuron's error into its membrane"},
    {ParameterKind::kBeta, "beta", "1", false, "nudging strength of an output neuron"},
    {ParameterKind::kLeadPole, "lead_pole", "s", false, "time constant of the pole behind both leads, chip time"},
}};

/// The record of a kind.
constexpr const ParameterRecord& record_of(ParameterKind kind) {
  return kParameterRecords[static_cast<std::size_t>(kind)];
}

}  // namespace vle
