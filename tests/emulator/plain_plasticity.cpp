#include "plain_plasticity.hpp"

#include <algorithm>
#include <vle/random/philox.hpp>
#include <vle/random/stream.hpp>

namespace vle {
namespace {

constexpr Wide kOne = 1;

Wide floor_divide(Wide x, Wide y) {
  const Wide quotient = x / y;
  return x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient;
}

int bounded(int shift) {
  return std::min(std::max(shift, -16), 62);
}

Wide times_power(Wide x, int shift) {
  return shift > 0 ? floor_divide(x, kOne << shift) : x * (kOne << -shift);
}

Wide scale(Wide x, Ratio ratio) {
  return times_power(x * ratio.multiplier, bounded(ratio.shift));
}

/// The addend is the draw as a fraction of 2^32, of the unit that the shift drops.
Wide round_plainly(Wide x, int shift, std::uint32_t draw) {
  if (shift <= 0) return times_power(x, shift);
  const Wide addend = floor_divide(Wide{draw} * (kOne << shift), kOne << 32);
  return floor_divide(x + addend, kOne << shift);
}

constexpr ParameterKind kNeuronKinds[] = {ParameterKind::kBias, ParameterKind::kG0, ParameterKind::kG1};

}  // namespace

PlainPlasticity::PlainPlasticity(const Target& target, const Geometry& geometry, std::int64_t core,
                                 std::vector<std::uint16_t> image)
    : target_(target),
      geometry_(geometry),
      core_(core),
      layout_(target, geometry),
      image_(std::move(image)),
      filters_(static_cast<std::size_t>(geometry.columns)) {
  const Wide unit = kOne << target.plasticity->fraction_bits;
  const std::int64_t step = target.rows_per_source();
  for (std::int64_t column = 0; column < geometry.columns; ++column) {
    for (const ParameterKind kind : {ParameterKind::kWeight, ParameterKind::kBackwardWeight}) {
      const Dac& dac = target.dac(kind);
      for (std::int64_t source = 0; source < geometry.rows / step; ++source) {
        Wide code = from_word(dac, image_[layout_.address(core, kind, source * step, column)]).code.code;
        if (step == 2) code -= from_word(dac, image_[layout_.address(core, kind, source * 2 + 1, column)]).code.code;
        const Wide low = step == 2 ? -dac.max_code : dac.min_code;
        accumulators_[{kind, source, column}] = std::min(std::max(code, low), Wide{dac.max_code}) * unit;
      }
    }
    for (const ParameterKind kind : kNeuronKinds) {
      const Dac& dac = target.dac(kind);
      const Wide code = from_word(dac, image_[layout_.address(core, kind, column)]).code.code;
      accumulators_[{kind, 0, column}] = std::min(std::max(code, Wide{dac.min_code}), Wide{dac.max_code}) * unit;
    }
  }
}

Ratio PlainPlasticity::ratio(RegisterBlock block, std::int64_t index) const {
  return ratio_from_word(image_[layout_.address(core_, block, index)]);
}

Ratio PlainPlasticity::share(RegisterBlock block, std::int64_t index) const {
  const Ratio given = ratio(block, index);
  return given.value() > 1 ? Ratio{1, 0} : given;
}

Wide PlainPlasticity::limited(Wide value) {
  const Wide limit = (kOne << 17) - 1;
  if (value > limit || value < -limit) ++saturated_;
  return std::min(std::max(value, -limit), limit);
}

void PlainPlasticity::add(ParameterKind kind, std::int64_t source, std::int64_t column, Wide amount) {
  const Dac& dac = target_.dac(kind);
  const bool is_synapse = record_of(kind).per_synapse;
  const bool is_pair = is_synapse && target_.rows_per_source() == 2;
  const Wide unit = kOne << target_.plasticity->fraction_bits;
  Wide& accumulator = accumulators_[{kind, source, column}];
  const Wide wanted = accumulator + amount;
  const Wide low = (is_pair ? -dac.max_code : dac.min_code) * unit;
  accumulator = std::min(std::max(wanted, low), dac.max_code * unit);
  if (accumulator != wanted) ++saturated_;
  const auto code = static_cast<std::int32_t>(floor_divide(accumulator + unit / 2, unit));
  if (!is_synapse) {
    std::uint16_t& word = image_[layout_.address(core_, kind, column)];
    word = to_word(dac, Lsb{code}, from_word(dac, word).range);
  } else if (!is_pair) {
    image_[layout_.address(core_, kind, source, column)] = to_word(dac, Lsb{code}, 0);
  } else if (from_word(dac, image_[layout_.address(core_, kind, 2 * source, column)]).code.code -
                 from_word(dac, image_[layout_.address(core_, kind, 2 * source + 1, column)]).code.code !=
             code) {
    image_[layout_.address(core_, kind, 2 * source, column)] = to_word(dac, Lsb{std::max(code, 0)}, 0);
    image_[layout_.address(core_, kind, 2 * source + 1, column)] = to_word(dac, Lsb{std::max(-code, 0)}, 0);
  }
}

void PlainPlasticity::update(const Codes& codes, const Draws& draws) {
  const LearnControl control = learn_control_from_word(image_[layout_.address(core_, RegisterBlock::kLearnControl, 0)]);
  if (control.forward) update_array(false, codes, draws);
  if (control.backward) update_array(true, codes, draws);
  for (std::int64_t column = 0; column < geometry_.columns; ++column) {
    if (!control_from_word(image_[layout_.address(core_, RegisterBlock::kControl, column)]).in_use) continue;
    const auto site = static_cast<std::uint32_t>(core_ * geometry_.columns + column);
    const auto random = philox(philox_key(draws.seed),
                               {draws.substep, draws.trial, site, static_cast<std::uint32_t>(Stream::kNeuronRounding)});
    const Ratio rate = ratio(RegisterBlock::kBiasRate, column);
    if (control.bias && rate.multiplier > 0) {
      const Wide product = Wide{codes.e[static_cast<std::size_t>(column)]} * rate.multiplier;
      add(ParameterKind::kBias, 0, column, round_plainly(product, bounded(rate.shift), random[0]));
    }
    if (control.gains && ratio(RegisterBlock::kG1Rate, column).multiplier > 0) {
      update_gains(codes, column, random[2], random[3]);
    }
  }
}

void PlainPlasticity::update_array(bool backward, const Codes& codes, const Draws& draws) {
  const ParameterKind kind = backward ? ParameterKind::kBackwardWeight : ParameterKind::kWeight;
  const auto stream = static_cast<std::uint32_t>(backward ? Stream::kBackwardRounding : Stream::kForwardRounding);
  const Ratio decay = ratio(RegisterBlock::kLearnDecay, 0);
  const std::int64_t step = target_.rows_per_source();
  for (std::int64_t column = 0; column < geometry_.columns; ++column) {
    if (!control_from_word(image_[layout_.address(core_, RegisterBlock::kControl, column)]).in_use) continue;
    const Ratio rate = ratio(backward ? RegisterBlock::kBackwardRate : RegisterBlock::kForwardRate, column);
    const Wide own = (backward ? codes.r : codes.e)[static_cast<std::size_t>(column)];
    for (std::int64_t source = 0; source < geometry_.rows / step; ++source) {
      const std::int64_t row = source * step;
      const RegisterBlock mask = backward ? RegisterBlock::kBackwardMask : RegisterBlock::kForwardMask;
      const std::uint16_t word = image_[layout_.address(core_, mask, column * ((geometry_.rows + 15) / 16) + row / 16)];
      if ((word >> (row % 16) & 1) == 0) continue;
      const Ratio row_rate = ratio(backward ? RegisterBlock::kBackwardRowRate : RegisterBlock::kForwardRowRate, row);
      const Wide other = (backward ? codes.backward_rows : codes.forward_rows)[static_cast<std::size_t>(row)];
      const auto random =
          philox(philox_key(draws.seed),
                 {draws.substep, draws.trial, static_cast<std::uint32_t>(core_ * geometry_.columns + column),
                  stream | static_cast<std::uint32_t>(source / 2) << 8});
      const std::size_t first = source % 2 == 0 ? 0 : 2;
      const Wide gain = round_plainly(own * other * rate.multiplier * row_rate.multiplier,
                                      bounded(rate.shift + row_rate.shift), random[first]);
      const Wide loss = round_plainly(accumulators_[{kind, source, column}] * decay.multiplier, bounded(decay.shift),
                                      random[first + 1]);
      add(kind, source, column, gain - loss);
    }
  }
}

void PlainPlasticity::update_gains(const Codes& codes, std::int64_t column, std::uint32_t draw0, std::uint32_t draw1) {
  const auto c = static_cast<std::size_t>(column);
  Filter& filter = filters_[c];
  const Wide epsilon = codes.epsilon[c];
  const Wide e = codes.e[c];
  const Wide behind = epsilon * (kOne << 15) - filter.low_pass;
  const Wide f =
      limited(floor_divide(filter.low_pass + scale(behind, ratio(RegisterBlock::kFilterLead, column)), kOne << 15));
  filter.low_pass += scale(behind, share(RegisterBlock::kFilterShare, column));
  const Wide v = codes.v[c];
  const Wide p = limited(v + scale(epsilon - v, ratio(RegisterBlock::kErrorLead, column)));
  if (filter.weight == 0 && epsilon == 0) return;
  const Ratio gain_share = share(RegisterBlock::kGainShare, column);
  const Wide one = kOne << 16;
  filter.power_e += scale(epsilon * epsilon * one - filter.power_e, gain_share);
  filter.power_p += scale(p * p * one - filter.power_p, gain_share);
  filter.weight += scale(one - filter.weight, gain_share);
  const auto step = [&](Ratio rate, Wide direction, Wide power, std::uint32_t draw) {
    int bits = 0;
    for (Wide mean = floor_divide(power, one); mean > 0; mean = mean / 2) ++bits;
    const Wide weighed = floor_divide(direction * filter.weight, one);
    return round_plainly(weighed * rate.multiplier, bounded(rate.shift + bits), draw);
  };
  const Ratio g0_rate = ratio(RegisterBlock::kG0Rate, column);
  if (g0_rate.multiplier > 0 && filter.power_e > 0) {
    add(ParameterKind::kG0, 0, column, step(g0_rate, epsilon * f - epsilon * e, filter.power_e, draw0));
  }
  if (filter.power_p > 0) {
    add(ParameterKind::kG1, 0, column,
        step(ratio(RegisterBlock::kG1Rate, column), epsilon * epsilon - p * e, filter.power_p, draw1));
  }
}

}  // namespace vle
