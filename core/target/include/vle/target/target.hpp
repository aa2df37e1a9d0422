#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include <vle/network/activation.hpp>
#include <vle/result/result.hpp>
#include <vle/target/dac.hpp>
#include <vle/target/imperfections.hpp>
#include <vle/target/parameter_kind.hpp>
#include <vle/target/plasticity_engine.hpp>
#include <vle/units/quantity.hpp>

namespace vle {

/// How a signed weight is made from synapses.
enum class SignedWeight {
  kPerSynapse,  ///< the code has a sign
  kRowPair,     ///< two rows of unsigned codes: the even row adds, the odd row subtracts; halves the fan-in
};

/// A rate circuit: r = amplitude * phi(x / input_scale), x and r in full scales.
struct PhiShape {
  Activation activation = Activation::kTanh;
  double input_scale = 1;
  double amplitude = 1;
};

/// A converter of signals (not parameters): `bits` over [-range, range] full scales.
struct Converter {
  int bits = 8;
  double range = 1;
  std::int64_t clocks = 1;  ///< per conversion, all channels of a core at once
  ConverterErrors errors{};
};

/// The way of a signal from one core to another: ADC, link, DAC.
struct Crossing {
  int bits = 8;
  std::int64_t period_substeps = 1;   ///< a new sample every so many sub-steps
  std::int64_t latency_substeps = 0;  ///< from sample to the receiving row, on top of the one of a local hop
  std::int64_t channels = 0;          ///< into one core, of rates and of errors each; 0: as many as needed
};

/// Energy of one event, joules, and bus cycles of one word.
struct Costs {
  double synapse_joules = 0;  ///< one active synapse, one sub-step
  double neuron_joules = 0;   ///< one neuron, one sub-step
  double adc_joules = 0;      ///< one conversion of one channel
  double dac_joules = 0;      ///< one conversion of one channel
  double link_joules = 0;     ///< one word between cores
  double bus_joules = 0;      ///< one register word
  double static_watts = 0;    ///< of one chip, over device time
  std::int64_t bus_word_clocks = 1;
  std::int64_t link_word_clocks = 1;
  double plasticity_joules = 0;         ///< one update of one accumulator
  double row_joules = 0;                ///< one row of synapses read or written by the row scan
  std::int64_t router_word_clocks = 0;  ///< one word on each lane passes the router of a core
  std::int64_t link_lanes = 0;          ///< lanes into a core, side by side; 0: one for each channel
  std::int64_t link_fifo_words = 0;     ///< that wait before each lane; 0: as many as come
};

/// A chip, or a board of chips, as a target of the compiler and as the definition of its emulator. Analog signals are
/// in full scales (1 = full_scale volts); chip times are real seconds, model time = chip time x speed-up.
struct Target {
  std::string name;
  std::string summary;
  // Counts; 0 rows or columns: as many as the network needs, in one core.
  std::int64_t chips = 1;
  std::int64_t cores_per_chip = 1;
  std::int64_t rows = 0;            ///< physical rows of each array of a core
  std::int64_t columns = 0;         ///< neurons of a core
  std::int64_t input_channels = 0;  ///< input DAC channels of a core; 0: as many as needed
  SignedWeight signed_weight = SignedWeight::kPerSynapse;
  // Time.
  double min_speed_up = 1;
  double max_speed_up = 1;
  Seconds clock_period;
  std::int64_t substep_clocks = 1;
  // Analog.
  Volts full_scale{1};
  double rail = 0;       ///< signals clip at +-rail full scales; 0: never
  double ota_range = 0;  ///< linear range of the leak amplifier, full scales; 0: unlimited
  Hertz lead_bandwidth;  ///< of the lead elements themselves; 0: unlimited
  std::array<Dac, kParameterKinds> dacs;
  std::vector<PhiShape> shapes;
  Converter input_dac;
  Converter readout_adc;
  Crossing crossing;
  // Non-idealities.
  std::array<Deviation, kParameterKinds> mismatch;
  Offsets offsets;
  RateCircuits rate_circuits;
  ThermalNoise noise;
  Drift drift;
  Defects defects;
  Costs costs;
  std::optional<PlasticityEngine> plasticity;  ///< empty: the chip does not learn
  std::string hash;                            ///< SHA-256 over all of the above, hexadecimal

  const Dac& dac(ParameterKind kind) const { return dacs[static_cast<std::size_t>(kind)]; }
  const PhiShape* find_shape(Activation activation) const;
  bool is_elastic() const { return columns == 0; }
  Seconds substep() const { return clock_period * static_cast<double>(substep_clocks); }
  std::int64_t max_cores() const { return chips * cores_per_chip; }
  /// Range of the converters between cores: the rail, or one full scale where there is none.
  double crossing_range() const { return rail > 0 ? rail : 1.0; }
  /// Rows that one signed signal takes.
  std::int64_t rows_per_source() const { return signed_weight == SignedWeight::kRowPair ? 2 : 1; }
  /// Largest magnitude of a signed weight code.
  std::int32_t max_weight_code(ParameterKind array) const { return dac(array).max_code; }
};

/// Every contradiction in a target description; empty: a compiler and an emulator can work with it.
[[nodiscard]] Diagnostics check_target(const Target& target);

/// The part of check_target() that looks at what is not ideal.
[[nodiscard]] Diagnostics check_imperfections(const Target& target);

/// The part of check_target() that looks at the plasticity engine.
[[nodiscard]] Diagnostics check_plasticity(const Target& target);

/// SHA-256 over every field but `hash`.
[[nodiscard]] std::string hash_of(const Target& target);

}  // namespace vle
