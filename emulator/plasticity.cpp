#include "plasticity.hpp"

#include <algorithm>
#include <bit>
#include <vle/random/philox.hpp>
#include <vle/result/check.hpp>

namespace vle::emulator {
namespace {

constexpr int kRandomBits = 32;
constexpr int kFilterBits = 15;
constexpr int kPowerBits = 16;
constexpr std::int64_t kFilterLimit = (std::int64_t{1} << 17) - 1;  // of F epsilon and P epsilon, in codes

std::vector<Ratio> read_ratios(std::span<const std::uint16_t> image, const RegisterLayout& layout, std::uint32_t core,
                               RegisterBlock block, std::int64_t count) {
  std::vector<Ratio> ratios;
  for (std::int64_t i = 0; i < count; ++i) ratios.push_back(ratio_from_word(image[layout.address(core, block, i)]));
  return ratios;
}

std::vector<std::uint16_t> read_words(std::span<const std::uint16_t> image, const RegisterLayout& layout,
                                      std::uint32_t core, RegisterBlock block, std::int64_t count) {
  const auto first = image.begin() + static_cast<std::ptrdiff_t>(layout.address(core, block, 0));
  return {first, first + count};
}

/// A share of a low pass: above 1 it acts as 1.
Ratio at_most_one(Ratio share) {
  return share.value() > 1 ? Ratio{1, 0} : share;
}

PlasticityProgram read_program(std::span<const std::uint16_t> image, const RegisterLayout& layout,
                               const Geometry& geometry, std::uint32_t core) {
  const auto columns = [&](RegisterBlock block) { return read_ratios(image, layout, core, block, geometry.columns); };
  const auto rows = [&](RegisterBlock block) { return read_ratios(image, layout, core, block, geometry.rows); };
  const auto word = [&](RegisterBlock block) { return image[layout.address(core, block, 0)]; };
  PlasticityProgram program;
  program.control = learn_control_from_word(word(RegisterBlock::kLearnControl));
  program.period_substeps = word(RegisterBlock::kLearnPeriod);
  if (program.control.period_in_steps) program.period_substeps *= image[RegisterLayout::kSubstepsAddress];
  program.decay = ratio_from_word(word(RegisterBlock::kLearnDecay));
  program.forward_rate = columns(RegisterBlock::kForwardRate);
  program.backward_rate = columns(RegisterBlock::kBackwardRate);
  program.bias_rate = columns(RegisterBlock::kBiasRate);
  program.g0_rate = columns(RegisterBlock::kG0Rate);
  program.g1_rate = columns(RegisterBlock::kG1Rate);
  program.gain_share = columns(RegisterBlock::kGainShare);
  program.filter_share = columns(RegisterBlock::kFilterShare);
  program.filter_lead = columns(RegisterBlock::kFilterLead);
  program.error_lead = columns(RegisterBlock::kErrorLead);
  for (auto* shares : {&program.gain_share, &program.filter_share}) {
    std::transform(shares->begin(), shares->end(), shares->begin(), at_most_one);
  }
  program.forward_row_rate = rows(RegisterBlock::kForwardRowRate);
  program.backward_row_rate = rows(RegisterBlock::kBackwardRowRate);
  program.mask_words = layout.mask_words();
  const std::int64_t mask = geometry.columns * program.mask_words;
  program.forward_mask = read_words(image, layout, core, RegisterBlock::kForwardMask, mask);
  program.backward_mask = read_words(image, layout, core, RegisterBlock::kBackwardMask, mask);
  return program;
}

int limited_shift(int shift) {
  return std::clamp(shift, kMinRatioShift, kMaxRatioShift);
}

/// x times a ratio, rounded down.
std::int64_t scaled(std::int64_t x, Ratio ratio) {
  const int shift = limited_shift(ratio.shift);
  const std::int64_t product = x * ratio.multiplier;
  return shift >= 0 ? product >> shift : product * (std::int64_t{1} << -shift);
}

}  // namespace

std::int64_t round_stochastically(std::int64_t x, int shift, std::uint32_t random) {
  if (shift <= 0) return x * (std::int64_t{1} << -shift);
  const std::int64_t addend = shift <= kRandomBits ? std::int64_t{random} >> (kRandomBits - shift)
                                                   : std::int64_t{random} << (shift - kRandomBits);
  return (x + addend) >> shift;
}

PlasticityCore::PlasticityCore(const Target& target, const RegisterLayout& layout, const Geometry& geometry,
                               std::uint32_t core)
    : target_(target),
      layout_(layout),
      geometry_(geometry),
      core_(core),
      fraction_bits_(target.plasticity->fraction_bits),
      sources_(geometry.rows / target.rows_per_source()),
      filters_(static_cast<std::size_t>(geometry.columns)) {}

void PlasticityCore::load(std::span<const std::uint16_t> image) {
  program_ = read_program(image, layout_, geometry_, core_);
  in_use_.clear();
  for (std::int64_t column = 0; column < geometry_.columns; ++column) {
    in_use_.push_back(control_from_word(image[layout_.address(core_, RegisterBlock::kControl, column)]).in_use);
  }
  read_accumulators(image, ParameterKind::kWeight, forward_);
  read_accumulators(image, ParameterKind::kBackwardWeight, backward_);
  read_accumulators(image, ParameterKind::kBias, bias_);
  read_accumulators(image, ParameterKind::kG0, g0_);
  read_accumulators(image, ParameterKind::kG1, g1_);
  changed_.reserve(forward_.size() + backward_.size() + bias_.size() + g0_.size() + g1_.size());
}

void PlasticityCore::reset_filters() {
  for (GainFilter& filter : filters_) filter.low_pass = 0;
}

PlasticityCodes PlasticityCore::make_codes() const {
  PlasticityCodes codes;
  for (auto* column : {&codes.r, &codes.e, &codes.epsilon, &codes.v}) {
    column->assign(static_cast<std::size_t>(geometry_.columns), 0);
  }
  codes.forward_rows.assign(static_cast<std::size_t>(geometry_.rows), 0);
  codes.backward_rows = codes.forward_rows;
  return codes;
}

std::int32_t PlasticityCore::code_of(std::int64_t accumulator) const {
  if (fraction_bits_ == 0) return static_cast<std::int32_t>(accumulator);
  return static_cast<std::int32_t>((accumulator + (std::int64_t{1} << (fraction_bits_ - 1))) >> fraction_bits_);
}

std::int32_t PlasticityCore::register_code(std::span<const std::uint16_t> image, ParameterKind kind,
                                           std::int64_t source, std::int64_t column) const {
  const Dac& dac = target_.dac(kind);
  if (!record_of(kind).per_synapse) return from_word(dac, image[layout_.address(core_, kind, column)]).code.code;
  const std::int64_t row = source * target_.rows_per_source();
  const std::int32_t plus = from_word(dac, image[layout_.address(core_, kind, row, column)]).code.code;
  if (target_.signed_weight == SignedWeight::kPerSynapse) return plus;
  return plus - from_word(dac, image[layout_.address(core_, kind, row + 1, column)]).code.code;
}

void PlasticityCore::read_accumulators(std::span<const std::uint16_t> image, ParameterKind kind,
                                       std::vector<std::int32_t>& into) {
  const std::int64_t sources = record_of(kind).per_synapse ? sources_ : 1;
  const Limits limits = limits_of(kind);
  const std::int64_t unit = std::int64_t{1} << fraction_bits_;
  const bool is_new = into.empty();
  into.resize(static_cast<std::size_t>(geometry_.columns * sources));
  for (std::int64_t column = 0; column < geometry_.columns; ++column) {
    for (std::int64_t source = 0; source < sources; ++source) {
      std::int32_t& accumulator = into[static_cast<std::size_t>(column * sources + source)];
      const auto wanted = std::clamp(register_code(image, kind, source, column) * unit, limits.low, limits.high);
      if (is_new || code_of(accumulator) != code_of(wanted)) accumulator = static_cast<std::int32_t>(wanted);
    }
  }
}

PlasticityCore::Limits PlasticityCore::limits_of(ParameterKind kind) const {
  const Dac& dac = target_.dac(kind);
  const bool is_pair = record_of(kind).per_synapse && target_.signed_weight == SignedWeight::kRowPair;
  const std::int64_t unit = std::int64_t{1} << fraction_bits_;
  return {(is_pair ? -dac.max_code : dac.min_code) * unit, dac.max_code * unit};
}

bool PlasticityCore::add(std::int32_t& accumulator, std::int64_t amount, const Limits& limits) {
  const std::int32_t before = code_of(accumulator);
  // The limits are far within 64 bits, the amount may not be.
  const std::int64_t bounded = std::clamp(amount, 2 * limits.low - limits.high, 2 * limits.high - limits.low);
  const std::int64_t wanted = accumulator + bounded;
  const std::int64_t moved = std::clamp(wanted, limits.low, limits.high);
  if (moved != wanted) ++saturated_;
  ++updated_;
  accumulator = static_cast<std::int32_t>(moved);
  return code_of(accumulator) != before;
}

// In a row pair one row holds the magnitude and the other 0, whatever was coded around a stuck bit.
void PlasticityCore::write_synapse(std::span<std::uint16_t> image, ParameterKind kind, std::int64_t source,
                                   std::int64_t column, std::int32_t code) {
  const Dac& dac = target_.dac(kind);
  const std::int64_t row = source * target_.rows_per_source();
  std::uint16_t& word = image[layout_.address(core_, kind, row, column)];
  if (target_.signed_weight == SignedWeight::kPerSynapse) {
    word = to_word(dac, Lsb{code}, 0);
  } else {
    word = to_word(dac, Lsb{std::max(code, 0)}, 0);
    image[layout_.address(core_, kind, row + 1, column)] = to_word(dac, Lsb{std::max(-code, 0)}, 0);
  }
  changed_.push_back({kind, static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(column)});
}

void PlasticityCore::update(const PlasticityCodes& codes, const RoundingKey& key, std::span<std::uint16_t> image) {
  changed_.clear();
  if (program_.control.forward) update_array(false, codes, key, image);
  if (program_.control.backward) update_array(true, codes, key, image);
  if (program_.control.bias || program_.control.gains) update_neurons(codes, key, image);
}

void PlasticityCore::update_array(bool backward, const PlasticityCodes& codes, const RoundingKey& key,
                                  std::span<std::uint16_t> image) {
  const ParameterKind kind = backward ? ParameterKind::kBackwardWeight : ParameterKind::kWeight;
  const std::vector<Ratio>& rates = backward ? program_.backward_rate : program_.forward_rate;
  const std::vector<Ratio>& row_rates = backward ? program_.backward_row_rate : program_.forward_row_rate;
  const std::vector<std::uint16_t>& mask = backward ? program_.backward_mask : program_.forward_mask;
  const std::vector<std::int32_t>& own = backward ? codes.r : codes.e;
  const std::vector<std::int32_t>& rows = backward ? codes.backward_rows : codes.forward_rows;
  std::vector<std::int32_t>& accumulators = backward ? backward_ : forward_;
  const auto stream = static_cast<std::uint32_t>(backward ? Stream::kBackwardRounding : Stream::kForwardRounding);
  const Limits limits = limits_of(kind);
  const Ratio decay = program_.decay;
  for (std::int64_t column = 0; column < geometry_.columns; ++column) {
    const auto c = static_cast<std::size_t>(column);
    if (!in_use_[c]) continue;
    const std::uint32_t site = core_ * static_cast<std::uint32_t>(geometry_.columns) + static_cast<std::uint32_t>(c);
    std::array<std::uint32_t, 4> random{};
    std::int64_t drawn = -1;  // the block that `random` holds: two synapses
    for (std::int64_t source = 0; source < sources_; ++source) {
      const auto row = static_cast<std::size_t>(source * target_.rows_per_source());
      const std::uint16_t word = mask[static_cast<std::size_t>(column * program_.mask_words) + row / 16];
      if ((word >> (row % 16) & 1) == 0) continue;
      std::int32_t& accumulator = accumulators[static_cast<std::size_t>(column * sources_ + source)];
      const std::int64_t product = std::int64_t{own[c]} * rows[row] * rates[c].multiplier * row_rates[row].multiplier;
      const std::int64_t fading = std::int64_t{accumulator} * decay.multiplier;
      if (product == 0 && fading == 0) {
        ++updated_;
        continue;
      }
      if (drawn != source / 2) {
        drawn = source / 2;
        random = philox(key.key, {key.substep, key.trial, site, stream | static_cast<std::uint32_t>(drawn) << 8});
      }
      const std::size_t first = static_cast<std::size_t>(source % 2) * 2;
      const std::int64_t amount =
          round_stochastically(product, limited_shift(rates[c].shift + row_rates[row].shift), random[first]) -
          round_stochastically(fading, limited_shift(decay.shift), random[first + 1]);
      if (add(accumulator, amount, limits)) write_synapse(image, kind, source, column, code_of(accumulator));
    }
  }
}

void PlasticityCore::update_neurons(const PlasticityCodes& codes, const RoundingKey& key,
                                    std::span<std::uint16_t> image) {
  for (std::size_t c = 0; c < in_use_.size(); ++c) {
    if (!in_use_[c]) continue;
    const std::uint32_t site = core_ * static_cast<std::uint32_t>(geometry_.columns) + static_cast<std::uint32_t>(c);
    const std::array<std::uint32_t, 4> random =
        philox(key.key, {key.substep, key.trial, site, static_cast<std::uint32_t>(Stream::kNeuronRounding)});
    const Ratio rate = program_.bias_rate[c];
    if (program_.control.bias && !rate.is_zero()) {
      const std::int64_t product = std::int64_t{codes.e[c]} * rate.multiplier;
      move_neuron(ParameterKind::kBias, c, round_stochastically(product, limited_shift(rate.shift), random[0]), image);
    }
    if (program_.control.gains && !program_.g1_rate[c].is_zero()) update_gains(codes, c, random, image);
  }
}

// Normalised least mean squares (docs/emulator.md): the power that divides is the next power of two above the running
// mean, the step is small by the share of the mean that is not there yet.
void PlasticityCore::update_gains(const PlasticityCodes& codes, std::size_t column,
                                  std::span<const std::uint32_t, 4> random, std::span<std::uint16_t> image) {
  GainFilter& filter = filters_[column];
  const std::int64_t epsilon = codes.epsilon[column];
  const std::int64_t e = codes.e[column];
  const std::int64_t behind = epsilon * (std::int64_t{1} << kFilterBits) - filter.low_pass;
  const std::int64_t f_epsilon =
      limit_filter((filter.low_pass + scaled(behind, program_.filter_lead[column])) >> kFilterBits);
  filter.low_pass += scaled(behind, program_.filter_share[column]);
  const std::int64_t v = codes.v[column];
  const std::int64_t p_epsilon = limit_filter(v + scaled(epsilon - v, program_.error_lead[column]));
  if (filter.weight == 0 && epsilon == 0) return;

  const Ratio share = program_.gain_share[column];
  const std::int64_t one = std::int64_t{1} << kPowerBits;
  filter.power_e += scaled(epsilon * epsilon * one - filter.power_e, share);
  filter.power_p += scaled(p_epsilon * p_epsilon * one - filter.power_p, share);
  filter.weight += scaled(one - filter.weight, share);
  const auto step = [&](Ratio rate, std::int64_t direction, std::int64_t power, std::uint32_t draw) {
    const std::int64_t mean = power >> kPowerBits;
    const std::int64_t weighed = (direction * filter.weight) >> kPowerBits;
    const int shift = limited_shift(rate.shift + static_cast<int>(std::bit_width(static_cast<std::uint64_t>(mean))));
    return round_stochastically(weighed * rate.multiplier, shift, draw);
  };
  const Ratio g0_rate = program_.g0_rate[column];
  if (!g0_rate.is_zero() && filter.power_e > 0) {
    move_neuron(ParameterKind::kG0, column, step(g0_rate, epsilon * f_epsilon - epsilon * e, filter.power_e, random[2]),
                image);
  }
  if (filter.power_p > 0) {
    move_neuron(ParameterKind::kG1, column,
                step(program_.g1_rate[column], epsilon * epsilon - p_epsilon * e, filter.power_p, random[3]), image);
  }
}

void PlasticityCore::move_neuron(ParameterKind kind, std::size_t column, std::int64_t amount,
                                 std::span<std::uint16_t> image) {
  std::int32_t& accumulator = (kind == ParameterKind::kBias ? bias_ : kind == ParameterKind::kG0 ? g0_ : g1_)[column];
  if (!add(accumulator, amount, limits_of(kind))) return;
  const Dac& dac = target_.dac(kind);
  std::uint16_t& word = image[layout_.address(core_, kind, static_cast<std::int64_t>(column))];
  word = to_word(dac, Lsb{code_of(accumulator)}, from_word(dac, word).range);
  changed_.push_back({kind, 0, static_cast<std::uint32_t>(column)});
}

std::int64_t PlasticityCore::limit_filter(std::int64_t value) {
  if (value >= -kFilterLimit && value <= kFilterLimit) return value;
  ++saturated_;
  return std::clamp(value, -kFilterLimit, kFilterLimit);
}

std::int32_t PlasticityCore::synapse(bool backward, std::int64_t source, std::int64_t column) const {
  return (backward ? backward_ : forward_)[static_cast<std::size_t>(column * sources_ + source)];
}

std::int32_t PlasticityCore::neuron(ParameterKind kind, std::int64_t column) const {
  const std::vector<std::int32_t>& values = kind == ParameterKind::kBias ? bias_
                                            : kind == ParameterKind::kG0 ? g0_
                                                                         : g1_;
  return values[static_cast<std::size_t>(column)];
}

}  // namespace vle::emulator
