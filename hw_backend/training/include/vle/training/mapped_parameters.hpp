#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/dynamics/parameters.hpp>
#include <vle/parameter_map/parameter_map.hpp>
#include <vle/parameter_map/synapse_registers.hpp>

namespace vle::training {

/// How values that move in small steps become codes.
enum class Rounding {
  kNearest,
  /// Up with the probability of the remainder. Every register has a threshold of its own, drawn once from the seed: the
  /// mean over registers is unbiased, and a value that stands still keeps its code.
  kStochastic,
};

/// The parameters of a network as registers of the chip that it was compiled for: weights of both arrays with their
/// column gains, biases, the constants of both compartments, and the gains of the error. Owns the map, whose image and
/// ledger always are what was programmed last. Scales, places and timing stay as compiled; a column gain moves, and its
/// column is coded anew, where the largest weight outgrows it or falls below a quarter of its reach.
class MappedParameters {
 public:
  /// Errors (kInvalidInput): the map's image contradicts itself.
  [[nodiscard]] static Result<MappedParameters> create(ParameterMap map, Rounding rounding, std::uint64_t seed);

  /// Codes `parameters`, which are those of the network that the map was compiled from, and returns what changed in the
  /// image, ascending by address. Values beyond reach saturate and are counted.
  std::vector<RegisterWrite> program(const Parameters& parameters);

  const ParameterMap& map() const { return map_; }
  /// Values of the last program() that saturated, by name of the parameter kind.
  std::map<std::string, std::int64_t> saturated() const;

 private:
  struct Thresholds {
    std::vector<double> forward, backward;
  };

  MappedParameters(ParameterMap map, std::vector<SynapseRegisters> registers, Rounding rounding, std::uint64_t seed);
  LedgerBlock* find_block(const std::string& owner, ParameterKind kind);
  void program_neurons(std::size_t population, const PopulationParameters& parameters);
  void program_neuron_kind(std::size_t population, ParameterKind kind, const std::vector<double>& values,
                           double model_per_chip);
  void program_array(bool backward, const Parameters& parameters);
  std::vector<double> fit_gains(std::size_t population, bool backward, const std::vector<double>& largest);
  void program_projection(std::size_t projection, bool backward, const std::vector<double>& weights,
                          const std::vector<double>& gains);
  void write_weight(std::uint32_t address, ParameterKind kind, std::int32_t code);
  double threshold_of(std::uint32_t address) const;

  ParameterMap map_;
  RegisterLayout layout_;
  std::vector<SynapseRegisters> registers_;
  Rounding rounding_;
  std::uint64_t seed_;
  std::vector<Thresholds> thresholds_;                     ///< per projection
  std::vector<std::vector<std::uint32_t>> ledger_places_;  ///< per projection: element of each B in its ledger block
};

}  // namespace vle::training
