#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>
#include <vle/target/stuck_synapse.hpp>
#include <vle/target/target.hpp>

namespace vle {

/// What a measurement says about an element.
enum class CalibrationState {
  kGood,        ///< the curve holds within its residual
  kOutOfRange,  ///< the wanted range is not reached, or not resolved by the read-out
  kDead,        ///< the element does not respond
};

/// How one parameter of one neuron answers to its codes at one position of the range switch:
/// linear scale * code + offset, reciprocal scale / (code + offset), or table[code].
struct CalibratedCurve {
  ParameterKind kind = ParameterKind::kTauU;
  std::uint32_t core = 0;
  std::uint32_t column = 0;
  int range = 0;
  CalibrationState state = CalibrationState::kGood;
  Dac::Kind curve = Dac::Kind::kLinear;
  double scale = 1;
  double offset = 0;
  std::vector<double> table;
  std::array<double, 4> covariance{};  ///< of (scale, offset), row by row
  double residual = 0;                 ///< RMS of measured - fitted, in the unit of the value
  int min_code = 0;                    ///< codes over which the curve was verified
  int max_code = 0;

  double value(Lsb code) const;
  /// Standard error of value(code), from the covariance.
  double error(Lsb code) const;
};

/// Where a constant is added that should not be there.
enum class OffsetKind {
  kS,        ///< synaptic input, full scales
  kR,        ///< rate output, full scales
  kEpsilon,  ///< local error, full scales
  kE,        ///< prospective error, full scales
  kAdc,      ///< read-out of a neuron, LSB
};
inline constexpr std::size_t kOffsetKinds = 5;
std::string_view name_of(OffsetKind kind);

struct CalibratedOffset {
  OffsetKind kind = OffsetKind::kS;
  std::uint32_t core = 0;
  std::uint32_t column = 0;
  double value = 0;
  double error = 0;  ///< standard error
};

/// Factors of the synapses of one array of one core: realised weight = nominal weight * factor. Their mean over the
/// rows of a column is 1: what they share belongs to the column gain. Factors are as measured at the largest code, also
/// where a bit is stuck: ChipConverters makes factors of the synapses themselves of them.
struct CalibratedSynapses {
  ParameterKind array = ParameterKind::kWeight;
  std::uint32_t core = 0;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::vector<float> factor;   ///< column by column, the rows of a column side by side
  double error = 0;            ///< standard error of a factor, RMS over the array
  bool has_linearity = false;  ///< several codes of every synapse were measured: `stuck` names all that can be told
  std::vector<StuckSynapse> stuck{};
  /// Synapses of neurons that are not dead which were not measured, or are like neither a healthy nor a stuck one.
  std::uint64_t unjudged = 0;
  /// Of the healthy synapses: RMS distance of codes from a line, beyond what noise explains. LSB.
  double nonlinearity = 0;
};

/// The rate circuit of one neuron, for whichever shape it is set to: r = amplitude A phi(slope x / input_scale) +
/// offset.
struct CalibratedRateCircuit {
  std::uint32_t core = 0;
  std::uint32_t column = 0;
  double slope = 1;
  double amplitude = 1;
  std::array<double, 4> covariance{};  ///< of (slope, amplitude), row by row
  double residual = 0;                 ///< RMS of measured - fitted rates, full scales
};

/// What was measured on one chip.
struct Calibration {
  std::string tool_version;
  std::uint64_t chip_id = 0;
  std::string target_hash;
  std::int64_t measured_at_unix_seconds = 0;
  double temperature_kelvin = 0;  ///< of the chip while it was measured; 0: not known
  double device_seconds = 0;      ///< chip time that the measurement took
  std::vector<CalibratedCurve> curves;
  std::vector<CalibratedOffset> offsets;
  std::vector<CalibratedSynapses> synapses;
  std::vector<CalibratedRateCircuit> rate_circuits;
};

/// SHA-256 over every field.
[[nodiscard]] std::string hash_of(const Calibration& calibration);

/// Refuses (kInvalidInput) a calibration of another target or chip. `chip_id`: empty where the chip is not known yet.
[[nodiscard]] Result<> check_calibration_of(const Calibration& calibration, const Target& target,
                                            std::optional<std::uint64_t> chip_id);

/// The converters of one chip, neuron by neuron: calibrated where they were measured, nominal elsewhere.
class ChipConverters {
 public:
  /// `calibration` may be null: the nominal chip. Both must outlive this.
  ChipConverters(const Target& target, const Calibration* calibration);

  bool is_calibrated() const { return calibration_ != nullptr; }
  /// No parameter of a dead neuron can be trusted: place nothing there.
  bool is_dead(std::uint32_t core, std::uint32_t column) const;

  /// nearest_setting() and setting_at_least() by the curves of this neuron, within their verified codes. Values are
  /// those behind the neuron's rate circuit: circuit_factor() times what the converter gives.
  DacSetting nearest(ParameterKind kind, std::uint32_t core, std::uint32_t column, double value) const;
  DacSetting at_least(ParameterKind kind, std::uint32_t core, std::uint32_t column, double value) const;
  /// Least and largest value that this neuron reaches.
  double min_value(ParameterKind kind, std::uint32_t core, std::uint32_t column) const;
  double max_value(ParameterKind kind, std::uint32_t core, std::uint32_t column) const;
  /// A range of this neuron's converter was found to be unusable.
  bool is_defective(ParameterKind kind, std::uint32_t core, std::uint32_t column) const;

  /// What the rate circuit multiplies its argument and its rate by; 1 where it was not measured.
  double rate_slope(std::uint32_t core, std::uint32_t column) const;
  double rate_amplitude(std::uint32_t core, std::uint32_t column) const;
  bool has_rate_circuits() const { return !rate_circuits_.empty(); }
  /// What the rate circuit makes of a parameter: column gain, bias and gamma, which lead to its argument, are worth
  /// its slope times as much, and beta, which compares its rate with a target, its amplitude; 1 of all others.
  double circuit_factor(ParameterKind kind, std::uint32_t core, std::uint32_t column) const;

  /// Of the neuron; 0 where it was not measured.
  double offset(OffsetKind kind, std::uint32_t core, std::uint32_t column) const;
  /// What a synapse's weight is multiplied by; 1 where it was not measured.
  double synapse_factor(ParameterKind array, std::uint32_t core, std::uint32_t row, std::uint32_t column) const;
  bool has_synapses(ParameterKind array) const;
  /// The stuck bit of a synapse; null where none was found.
  const StuckSynapse* stuck_synapse(ParameterKind array, std::uint32_t core, std::uint32_t row,
                                    std::uint32_t column) const;
  /// The same of either synapse of a source whose first row is `row`.
  bool has_stuck_synapse(ParameterKind array, std::uint32_t core, std::uint32_t row, std::uint32_t column) const;
  /// A stuck synapse, and on which core.
  struct PlacedStuck {
    std::uint32_t core = 0;
    StuckSynapse stuck;
  };
  std::vector<PlacedStuck> stuck_synapses(ParameterKind array) const;

 private:
  using SynapseKey = std::tuple<ParameterKind, std::uint32_t, std::uint32_t, std::uint32_t>;
  using Place = std::tuple<ParameterKind, std::uint32_t, std::uint32_t>;
  /// A converter of one range, and which.
  struct Range {
    Dac dac;
    int range = 0;
  };
  struct Element {
    std::vector<Range> ranges;  ///< those that can be used
    bool defective = false;
  };
  DacSetting nearest_of_converter(ParameterKind kind, std::uint32_t core, std::uint32_t column, double value) const;
  DacSetting least_of_converter(ParameterKind kind, std::uint32_t core, std::uint32_t column, double value) const;
  void add_stuck(const CalibratedSynapses& synapses, const StuckSynapse& stuck);
  const Element* find(ParameterKind kind, std::uint32_t core, std::uint32_t column) const;

  const Target* target_;
  const Calibration* calibration_;
  std::map<Place, Element> elements_;
  std::map<std::tuple<std::uint32_t, std::uint32_t>, std::array<double, kOffsetKinds>> offsets_;
  std::map<std::tuple<ParameterKind, std::uint32_t>, const CalibratedSynapses*> synapses_;
  std::map<SynapseKey, StuckSynapse> stuck_;
  std::map<SynapseKey, double> factors_;  ///< of synapses that are not as measured at the largest code
  std::map<std::pair<std::uint32_t, std::uint32_t>, const CalibratedRateCircuit*> rate_circuits_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> dead_;  ///< sorted
};

}  // namespace vle
