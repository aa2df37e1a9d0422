#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/dynamics/parameters.hpp>
#include <vle/parameter_map/parameter_map.hpp>
#include <vle/parameter_map/stuck_weight.hpp>
#include <vle/parameter_map/synapse_registers.hpp>
#include <vle/target/calibration.hpp>

namespace vle::training {

/// How values that move in small steps become codes.
enum class Rounding {
  kNearest,
  /// Up with the probability of the remainder. Every register has a threshold of its own, drawn once from the seed: the
  /// mean over registers is unbiased, and a value that stands still keeps its code.
  kStochastic,
};

/// The lead ratios that a network gives for a population whose compartments are set apart; empty: they follow from the
/// time constants.
struct GivenLeads {
  std::vector<double> u;
  std::vector<double> v;
};

/// The parameters of a network as registers of the chip that it was compiled for: weights of both arrays with their
/// column gains, biases, the constants of both compartments, and the gains of the error. Owns the map, whose image and
/// ledger always are what was programmed last. Scales, places and timing stay as compiled; a column gain moves, and its
/// column is coded anew, where the largest weight outgrows it or falls below a quarter of its reach.
class MappedParameters {
 public:
  /// `calibration`: what the map was compiled by, so that codes go on to be chosen by the curves and factors of this
  /// chip; null where it was compiled for the nominal one. Copied. `leads`: of each population, or empty where the
  /// network gives none. Errors (kInvalidInput): the map's image contradicts itself, or the map was compiled by another
  /// calibration.
  [[nodiscard]] static Result<MappedParameters> create(ParameterMap map, Rounding rounding, std::uint64_t seed,
                                                       const Calibration* calibration = nullptr,
                                                       std::vector<GivenLeads> leads = {});

  /// Codes `parameters`, which are those of the network that the map was compiled from, and returns what changed in the
  /// image, ascending by address. Values beyond reach saturate and are counted.
  std::vector<RegisterWrite> program(const Parameters& parameters);

  const ParameterMap& map() const { return map_; }
  /// What create() was given; null for the nominal chip.
  const Calibration* calibration() const { return chip_->calibration ? &*chip_->calibration : nullptr; }
  /// Values of the last program() that saturated, by name of the parameter kind.
  std::map<std::string, std::int64_t> saturated() const;

 private:
  struct Thresholds {
    std::vector<double> forward, backward;
  };
  /// The chip's own converters and what they refer to, at places that do not move.
  struct OwnChip {
    OwnChip(const Target& chip_target, const Calibration* measured);
    /// What a code gives on a neuron.
    double value(ParameterKind kind, Site site, Lsb code, int range) const;
    OwnChip(const OwnChip&) = delete;
    OwnChip& operator=(const OwnChip&) = delete;

    Target target;
    std::optional<Calibration> calibration;
    ChipConverters converters;
    std::map<std::tuple<ParameterKind, std::uint32_t, std::uint32_t, int>, const CalibratedCurve*> curves;
  };

  MappedParameters(ParameterMap map, std::vector<SynapseRegisters> registers, Rounding rounding, std::uint64_t seed,
                   const Calibration* calibration, std::vector<GivenLeads> leads);
  void find_constants();
  struct SynapsePlace {
    std::uint32_t core = 0;
    std::uint32_t row = 0;
    std::uint32_t column = 0;
  };
  SynapsePlace place_of(ParameterKind array, std::uint32_t address) const;
  /// The codes of a weight with a stuck bit in its way, for `wanted` LSB of its column; nothing where there is none.
  std::optional<StuckWeight> stuck_weight(ParameterKind array, std::uint32_t address, double wanted) const;
  double synapse_factor(ParameterKind array, std::uint32_t address, bool subtracts) const;
  /// What the rate circuit of a forward synapse's sender multiplies its rate by.
  double sender_amplitude(const PlacedProjection& projection, bool backward, std::size_t synapse) const;
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
  std::shared_ptr<const OwnChip> chip_;
  std::vector<GivenLeads> leads_;  ///< by population
  /// By population and neuron: what the calibration took up into the bias, model units.
  std::vector<std::vector<double>> constants_;
  std::vector<Thresholds> thresholds_;                     ///< per projection
  std::vector<std::vector<std::uint32_t>> ledger_places_;  ///< per projection: element of each B in its ledger block
};

}  // namespace vle::training
