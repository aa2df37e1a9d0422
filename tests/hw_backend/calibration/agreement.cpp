#include "agreement.hpp"

#include <vle/emulator/truth.hpp>
#include <vle/random/draw.hpp>

namespace vle::calibration {

void Agreement::add(double nominal, double truth, double measured, double error) {
  const double deviation = measured - truth;
  count += 1;
  before += std::pow(nominal / truth - 1, 2);
  after += std::pow(deviation / truth, 2);
  squared += std::pow(deviation / error, 2);
  if (std::abs(deviation) <= 1.96 * error) within += 1;
}

Agreement& Agreement::operator+=(const Agreement& other) {
  count += other.count;
  bad += other.bad;
  before += other.before;
  after += other.after;
  squared += other.squared;
  within += other.within;
  return *this;
}

DeadNeurons dead_neurons_of(const Calibration& calibration, const Target& target, std::uint64_t chip) {
  const emulator::ChipTruth truth(target, chip);
  const ChipConverters converters(target, &calibration);
  DeadNeurons dead;
  for (std::uint32_t core = 0; core < static_cast<std::uint32_t>(target.max_cores()); ++core) {
    for (std::uint32_t column = 0; column < static_cast<std::uint32_t>(target.columns); ++column) {
      const bool is_dead = truth.is_dead(core, column);
      const bool is_called = converters.is_dead(core, column);
      if (is_dead) ++dead.real;
      if (is_dead && is_called) ++dead.found;
      if (!is_dead && is_called) ++dead.wrongly;
    }
  }
  return dead;
}

std::map<CurveKey, Agreement> agreement_of_curves(const Calibration& calibration, const Target& target,
                                                  std::uint64_t chip) {
  const emulator::ChipTruth truth(target, chip);
  std::map<CurveKey, Agreement> by_key;
  for (const CalibratedCurve& curve : calibration.curves) {
    if (curve.state == CalibrationState::kDead) continue;
    Agreement& agreement = by_key[{curve.kind, curve.range}];
    if (curve.state != CalibrationState::kGood) {
      agreement.bad += 1;
      continue;
    }
    // Of a time constant the slowest code: the fastest ones of the shortest ranges are below a sub-step.
    const Lsb code{curve.curve == Dac::Kind::kReciprocal ? curve.min_code : curve.max_code};
    const double nominal = target.dac(curve.kind).value(code, curve.range);
    agreement.add(nominal, nominal * truth.factor(curve.kind, curve.core, curve.column), curve.value(code),
                  curve.error(code));
  }
  return by_key;
}

std::map<OffsetKind, Agreement> agreement_of_offsets(const Calibration& calibration, const Target& target,
                                                     std::uint64_t chip) {
  const emulator::ChipTruth truth(target, chip);
  const double lsb = target.readout_adc.range / CodeFormat{target.readout_adc.bits, true}.maximum();
  std::map<OffsetKind, Agreement> by_kind;
  for (const CalibratedOffset& offset : calibration.offsets) {
    if (truth.is_dead(offset.core, offset.column)) continue;
    const double unit = offset.kind == OffsetKind::kAdc ? 1 : lsb;
    const double real = truth.offset(offset.kind, offset.core, offset.column) / unit;
    // Shifted by 1, so that relative errors are in LSB.
    by_kind[offset.kind].add(1, 1, 1 + offset.value / unit - real, offset.error / unit);
    by_kind[offset.kind].before += real * real;
  }
  return by_kind;
}

Agreement agreement_of_synapses(const Calibration& calibration, const Target& target, std::uint64_t chip,
                                ParameterKind array) {
  const emulator::ChipTruth truth(target, chip);
  const ChipConverters converters(target, &calibration);
  const ParameterKind gain =
      array == ParameterKind::kWeight ? ParameterKind::kColumnGain : ParameterKind::kBackwardColumnGain;
  Agreement agreement;
  for (const CalibratedSynapses& core : calibration.synapses) {
    if (core.array != array) continue;
    for (std::uint32_t column = 0; column < core.columns; ++column) {
      if (converters.is_dead(core.core, column)) continue;
      const DacSetting setting = converters.nearest(gain, core.core, column, 1);
      const double real_gain =
          target.dac(gain).value(setting.code, setting.range) * truth.factor(gain, core.core, column);
      for (std::uint32_t row = 0; row < core.rows; ++row) {
        const double real = real_gain * truth.factor(array, core.core, column, row);
        const double stated = setting.value * converters.synapse_factor(array, core.core, row, column);
        agreement.add(1, real, stated, core.error * stated);
      }
    }
  }
  return agreement;
}

Agreement agreement_at_drawn_values(const Calibration& calibration, const Target& target, std::uint64_t chip,
                                    ParameterKind kind, int count) {
  constexpr std::uint64_t kKey = 0x7AB1E;
  const emulator::ChipTruth truth(target, chip);
  const ChipConverters converters(target, &calibration);
  Agreement agreement;
  for (std::uint32_t core = 0; core < static_cast<std::uint32_t>(target.max_cores()); ++core) {
    for (std::uint32_t column = 0; column < static_cast<std::uint32_t>(target.columns); ++column) {
      if (converters.is_dead(core, column)) continue;
      const double least = std::log(converters.min_value(kind, core, column));
      const double most = std::log(converters.max_value(kind, core, column));
      for (std::uint32_t k = 0; k < static_cast<std::uint32_t>(count); ++k) {
        const double wanted =
            std::exp(least + (most - least) * draw_uniform(kKey + chip, Stream::kTauU, {core, column, k}));
        const auto real = [&](const DacSetting& setting) { return truth.value(kind, core, column, setting); };
        const DacSetting calibrated = converters.nearest(kind, core, column, wanted);
        agreement.add(real(nearest_setting(target.dac(kind), wanted)), wanted, real(calibrated), 1);
      }
    }
  }
  return agreement;
}

Agreement agreement_of_prospective_constants(const Calibration& calibration, const Target& target, std::uint64_t chip,
                                             int count) {
  constexpr std::uint64_t kKey = 0x7AB1F;
  constexpr double kLeast = 0.05;  // tau_r / tau_m
  constexpr double kMost = 1.9;
  const emulator::ChipTruth truth(target, chip);
  const ChipConverters calibrated(target, &calibration);
  const ChipConverters nominal(target, nullptr);
  Agreement agreement;
  for (std::uint32_t core = 0; core < static_cast<std::uint32_t>(target.max_cores()); ++core) {
    for (std::uint32_t column = 0; column < static_cast<std::uint32_t>(target.columns); ++column) {
      if (calibrated.is_dead(core, column)) continue;
      const double least = std::log(calibrated.min_value(ParameterKind::kTauU, core, column));
      const double most = std::log(calibrated.max_value(ParameterKind::kTauU, core, column));
      for (std::uint32_t k = 0; k < static_cast<std::uint32_t>(count); ++k) {
        const auto draw = [&](Stream stream) { return draw_uniform(kKey + chip, stream, {core, column, k}); };
        const double tau_m = std::exp(least + (most - least) * draw(Stream::kTauU));
        const double tau_r = tau_m * kLeast * std::pow(kMost / kLeast, draw(Stream::kLeadU));
        const auto real = [&](const ChipConverters& converters) {
          const DacSetting tau = converters.nearest(ParameterKind::kTauU, core, column, tau_m);
          const DacSetting lead = converters.nearest(ParameterKind::kLeadU, core, column, tau_r / tau_m);
          return truth.value(ParameterKind::kTauU, core, column, tau) *
                 truth.value(ParameterKind::kLeadU, core, column, lead);
        };
        agreement.add(real(nominal), tau_r, real(calibrated), 1);
      }
    }
  }
  return agreement;
}

}  // namespace vle::calibration
