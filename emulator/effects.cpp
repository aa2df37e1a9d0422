#include <algorithm>
#include <vle/emulator/effects.hpp>

namespace vle::emulator {
namespace {

/// The effect or the group of that name; none() where there is none.
Effects find_effects(std::string_view name) {
  for (const EffectRecord& record : kEffectRecords) {
    if (record.name == name) return Effects::only(record.effect);
  }
  for (const EffectGroupRecord& record : kEffectGroups) {
    if (record.name == name) return Effects::only(record.group);
  }
  return Effects::none();
}

tl::unexpected<Error> unknown(std::string_view word) {
  std::string groups;
  std::string effects;
  for (const EffectGroupRecord& record : kEffectGroups) fmt::format_to(std::back_inserter(groups), ", {}", record.name);
  for (const EffectRecord& record : kEffectRecords) {
    if (record.group != EffectGroup::kCrossing) fmt::format_to(std::back_inserter(effects), ", {}", record.name);
  }
  return fail(ErrorCode::kInvalidInput,
              "unknown effect \"{}\"; use all, none, or a list of {}, or of single effects: {}; -NAME leaves one out",
              word, groups.substr(2), effects.substr(2));
}

bool is_set(const Deviation& deviation) {
  return deviation.sigma > 0;
}

bool is_set(const TemperatureCoefficient& coefficient) {
  return coefficient.mean != 0 || coefficient.sigma > 0;
}

bool describes_mismatch(const Target& target, Effect effect) {
  return std::any_of(kParameterRecords.begin(), kParameterRecords.end(), [&](const ParameterRecord& record) {
    return effect_of(record.kind) == effect && is_set(target.mismatch[static_cast<std::size_t>(record.kind)]);
  });
}

bool describes(const Target& target, Effect effect) {
  const Offsets& offsets = target.offsets;
  const ConverterErrors& adc = target.readout_adc.errors;
  switch (effect) {
    case Effect::kSynapse:
    case Effect::kBackwardSynapse:
    case Effect::kColumn:
    case Effect::kBackwardColumn:
    case Effect::kTau:
    case Effect::kLead:
      return describes_mismatch(target, effect);
    case Effect::kPhi:
      return target.rate_circuits.deviate();
    case Effect::kOffset:
      return is_set(offsets.s) || is_set(offsets.r) || is_set(offsets.epsilon) || is_set(offsets.e);
    case Effect::kMembraneNoise:
    case Effect::kErrorNoise:
      return target.noise.noise_factor > 0;
    case Effect::kAdcNoise:
      return target.noise.adc_sigma_lsb > 0;
    case Effect::kSaturation:
      return target.ota_range > 0;
    case Effect::kLeadBandwidth:
      return target.lead_bandwidth.value > 0;
    case Effect::kLeakage:
      return target.drift.leakage_amperes > 0;
    case Effect::kDroop:
      return target.drift.droop_per_second > 0;
    case Effect::kTemperature:
      return is_set(target.drift.tau) || is_set(target.drift.gain) || is_set(target.drift.offset);
    case Effect::kDac:
      return target.input_dac.errors.unit_sigma > 0 || !target.input_dac.errors.inl_lsb.empty() ||
             std::any_of(target.dacs.begin(), target.dacs.end(), [](const Dac& dac) { return dac.unit_sigma > 0; });
    case Effect::kAdc:
      return adc.unit_sigma > 0 || adc.ramp_bow_lsb > 0 || !adc.inl_lsb.empty();
    case Effect::kAdcOffset:
      return is_set(offsets.adc);
    case Effect::kSkew:
      return adc.skew_seconds > 0;
    case Effect::kCrossing:
      return target.max_cores() > 1;
    case Effect::kDeadNeurons:
      return target.defects.dead_neuron > 0;
    case Effect::kStuckBits:
      return target.defects.stuck_bit > 0;
  }
  return false;
}

}  // namespace

Effects Effects::named(std::string_view text) {
  const Result<Effects> effects = parse_effects(text);
  VLE_CHECK(effects.has_value(), "{}", effects.error().message);
  return *effects;
}

Result<Effects> parse_effects(std::string_view text) {
  if (text == "none") return Effects::none();
  Effects effects = Effects::none();
  bool is_all = false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    const bool left_out = word.starts_with('-');
    if (begin == 0 && word == "all") {
      effects = Effects{};
      is_all = true;
    } else {
      const Effects found = find_effects(left_out ? word.substr(1) : word);
      if (found.is_none() || (is_all && !left_out) || (begin == 0 && left_out)) return unknown(word);
      effects = left_out ? effects.without(found) : effects.with(found);
    }
    begin = end + 1;
  }
  return effects;
}

Effects effects_of(const Target& target) {
  Effects effects = Effects::none();
  for (const EffectRecord& record : kEffectRecords) {
    if (describes(target, record.effect)) effects = effects.with(Effects::only(record.effect));
  }
  return effects;
}

Effect effect_of(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::kWeight:
      return Effect::kSynapse;
    case ParameterKind::kBackwardWeight:
      return Effect::kBackwardSynapse;
    case ParameterKind::kColumnGain:
    case ParameterKind::kBias:
      return Effect::kColumn;
    case ParameterKind::kBackwardColumnGain:
    case ParameterKind::kBeta:
      return Effect::kBackwardColumn;
    case ParameterKind::kTauU:
    case ParameterKind::kTauV:
    case ParameterKind::kLeadPole:
      return Effect::kTau;
    case ParameterKind::kLeadU:
    case ParameterKind::kLeadV:
    case ParameterKind::kG0:
    case ParameterKind::kG1:
    case ParameterKind::kGamma:
      return Effect::kLead;
  }
  return Effect::kSynapse;
}

}  // namespace vle::emulator
