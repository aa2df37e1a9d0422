#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vle/result/result.hpp>
#include <vle/target/target.hpp>

namespace vle::emulator {

/// What is not ideal about a chip, beyond its codes and its rails.
enum class Effect : std::uint8_t {
  kSynapse,
  kBackwardSynapse,
  kColumn,
  kBackwardColumn,
  kTau,
  kLead,
  kPhi,
  kOffset,
  kAdcOffset,
  kMembraneNoise,
  kErrorNoise,
  kAdcNoise,
  kSaturation,
  kLeadBandwidth,
  kLeakage,
  kDroop,
  kTemperature,
  kDac,
  kAdc,
  kSkew,
  kCrossing,
  kDeadNeurons,
  kStuckBits,
};
inline constexpr std::size_t kEffects = 23;

enum class EffectGroup : std::uint8_t { kMismatch, kNoise, kAmplifiers, kDrift, kConverters, kCrossing, kDefects };

/// What an effect is, once for the whole project: URIs, `vle ablate`, the documentation and the tests read this table.
struct EffectRecord {
  Effect effect;
  EffectGroup group;
  std::string_view name;
  std::string_view field;  ///< of the target description, where its strength stands
  std::string_view unit;   ///< of that strength
  std::string_view help;
};

inline constexpr std::array<EffectRecord, kEffects> kEffectRecords{{
    {Effect::kSynapse, EffectGroup::kMismatch, "synapse", "mismatch WEIGHT", "relative", "gains of forward synapses"},
    {Effect::kBackwardSynapse, EffectGroup::kMismatch, "backward_synapse", "mismatch BACKWARD_WEIGHT", "relative",
     "gains of backward synapses"},
    {Effect::kColumn, EffectGroup::kMismatch, "column", "mismatch COLUMN_GAIN, BIAS", "relative",
     "gains and biases of forward columns"},
    {Effect::kBackwardColumn, EffectGroup::kMismatch, "backward_column", "mismatch BACKWARD_COLUMN_GAIN, BETA",
     "relative", "gains of backward columns and of nudging"},
    {Effect::kTau, EffectGroup::kMismatch, "tau", "mismatch TAU_U, TAU_V, LEAD_POLE", "relative", "time constants"},
    {Effect::kLead, EffectGroup::kMismatch, "lead", "mismatch LEAD_U, LEAD_V, G0, G1, GAMMA", "relative",
     "lead ratios, error gains, coupling of errors"},
    {Effect::kPhi, EffectGroup::kMismatch, "phi", "rate_circuits slope, amplitude", "relative",
     "slopes and saturations of rate circuits"},
    {Effect::kOffset, EffectGroup::kMismatch, "offset", "offsets s, r, epsilon, e", "full scales",
     "offsets of analog blocks"},
    {Effect::kAdcOffset, EffectGroup::kMismatch, "adc_offset", "offsets.adc", "LSB", "offsets of the read-out"},
    {Effect::kMembraneNoise, EffectGroup::kNoise, "membrane_noise", "noise", "k T / C", "thermal noise of u"},
    {Effect::kErrorNoise, EffectGroup::kNoise, "error_noise", "noise", "k T / C", "thermal noise of v"},
    {Effect::kAdcNoise, EffectGroup::kNoise, "adc_noise", "noise.adc_sigma_lsb", "LSB", "noise of the read-out"},
    {Effect::kSaturation, EffectGroup::kAmplifiers, "saturation", "analog.ota_range", "full scales",
     "finite linear range of leak amplifiers"},
    {Effect::kLeadBandwidth, EffectGroup::kAmplifiers, "lead_bandwidth", "analog.lead_bandwidth_hertz", "Hz",
     "pole of the lead elements themselves"},
    {Effect::kLeakage, EffectGroup::kDrift, "leakage", "drift.leakage_amperes", "A", "currents off both compartments"},
    {Effect::kDroop, EffectGroup::kDrift, "droop", "drift.droop_per_second", "1/s",
     "analog cells fade until they are refreshed"},
    {Effect::kTemperature, EffectGroup::kDrift, "temperature", "drift.tau, gain, offset", "1/K",
     "coefficients, where the chip is not at its nominal temperature"},
    {Effect::kDac, EffectGroup::kConverters, "dac", "input_dac.errors, parameter.unit_sigma", "relative",
     "INL and DNL of input and parameter converters"},
    {Effect::kAdc, EffectGroup::kConverters, "adc", "readout_adc.errors", "relative, LSB",
     "INL and DNL of the read-out"},
    {Effect::kSkew, EffectGroup::kConverters, "skew", "readout_adc.errors.skew_seconds", "s",
     "columns are sampled one after another"},
    {Effect::kCrossing, EffectGroup::kCrossing, "crossing", "crossing", "bits, sub-steps",
     "signals between cores are sampled, coded, late"},
    {Effect::kDeadNeurons, EffectGroup::kDefects, "dead_neurons", "defects.dead_neuron_probability", "probability",
     "neurons without any signal"},
    {Effect::kStuckBits, EffectGroup::kDefects, "stuck_bits", "defects.stuck_bit_probability", "probability",
     "bits of parameters that cannot be written"},
}};

struct EffectGroupRecord {
  EffectGroup group;
  std::string_view name;
};
inline constexpr std::array<EffectGroupRecord, 7> kEffectGroups{{{EffectGroup::kMismatch, "mismatch"},
                                                                 {EffectGroup::kNoise, "noise"},
                                                                 {EffectGroup::kAmplifiers, "amplifiers"},
                                                                 {EffectGroup::kDrift, "drift"},
                                                                 {EffectGroup::kConverters, "converters"},
                                                                 {EffectGroup::kCrossing, "crossing"},
                                                                 {EffectGroup::kDefects, "defects"}}};

/// Which effects are on: all of them, unless said otherwise. Quantisation is none of them: it is in the register image
/// and in the converters.
class Effects {
 public:
  constexpr Effects() = default;
  static constexpr Effects none() { return Effects(0); }
  static constexpr Effects only(Effect effect) { return Effects(bit(effect)); }
  static constexpr Effects only(EffectGroup group) {
    Effects effects(0);
    for (const EffectRecord& record : kEffectRecords) {
      if (record.group == group) effects.bits_ |= bit(record.effect);
    }
    return effects;
  }
  /// parse_effects() of a text that stands in the program: one that cannot be parsed is a bug.
  static Effects named(std::string_view text);

  constexpr bool has(Effect effect) const { return (bits_ & bit(effect)) != 0; }
  constexpr Effects with(Effects others) const { return Effects(bits_ | others.bits_); }
  constexpr Effects without(Effects others) const { return Effects(bits_ & ~others.bits_); }
  constexpr bool is_none() const { return bits_ == 0; }
  constexpr bool operator==(const Effects&) const = default;

 private:
  explicit constexpr Effects(std::uint32_t bits) : bits_(bits) {}
  static constexpr std::uint32_t bit(Effect effect) { return std::uint32_t{1} << static_cast<unsigned>(effect); }

  std::uint32_t bits_ = (std::uint32_t{1} << kEffects) - 1;
};

/// Parses `all`, `none`, or a list of effects and groups such as `mismatch,adc_noise`. `all` and names may be followed
/// by others to be left out: `all,-droop`. Errors name what is known.
[[nodiscard]] Result<Effects> parse_effects(std::string_view text);

/// The effects that the description gives a strength. Temperature counts where it has coefficients.
[[nodiscard]] Effects effects_of(const Target& target);

/// The effect that the mismatch of a parameter belongs to.
[[nodiscard]] Effect effect_of(ParameterKind kind);

}  // namespace vle::emulator
