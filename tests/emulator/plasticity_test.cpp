#include "plasticity.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vle/random/philox.hpp>

#include "allocation_count.hpp"
#include "plain_plasticity.hpp"
#include "targets.hpp"

namespace vle {
namespace {

using emulator::PlasticityCodes;
using emulator::PlasticityCore;
using emulator::RoundingKey;

/// A target whose engine has any widths, with signed synapses or row pairs.
Target any_target() {
  Target target = learning_target();
  if (*rc::gen::arbitrary<bool>()) {
    target.signed_weight = SignedWeight::kPerSynapse;
    for (const ParameterKind kind : {ParameterKind::kWeight, ParameterKind::kBackwardWeight}) {
      Dac& dac = target.dacs[static_cast<std::size_t>(kind)];
      dac.format = {*rc::gen::inRange(2, 11), true};
      dac.max_code = dac.format.maximum();
      dac.min_code = *rc::gen::arbitrary<bool>() ? dac.format.minimum() : -dac.max_code;
    }
  }
  const int bits = *rc::gen::inRange(12, 33);
  target.plasticity->accumulator_bits = bits;
  target.plasticity->fraction_bits = *rc::gen::inRange(0, bits - 11);
  RC_ASSERT(check_plasticity(target).empty());
  return target;
}

std::int32_t any_code() {
  return *rc::gen::weightedOneOf<std::int32_t>({{6, rc::gen::inRange(-127, 128)},
                                                {2, rc::gen::inRange(-32767, 32768)},
                                                {1, rc::gen::just(0)},
                                                {1, rc::gen::element(-32767, 32767)}});
}

PlasticityCodes any_codes(const PlasticityCore& core) {
  PlasticityCodes codes = core.make_codes();
  for (auto* signal : {&codes.r, &codes.e, &codes.epsilon, &codes.v, &codes.forward_rows, &codes.backward_rows}) {
    for (std::int32_t& code : *signal) code = any_code();
  }
  return codes;
}

PlainPlasticity::Codes plain(const PlasticityCodes& codes) {
  return {codes.r, codes.e, codes.epsilon, codes.v, codes.forward_rows, codes.backward_rows};
}

/// An image with any words at all, so with rates of any size and source registers that do not matter here.
std::vector<std::uint16_t> any_image(const RegisterLayout& layout) {
  auto image = *rc::gen::container<std::vector<std::uint16_t>>(layout.size(), rc::gen::arbitrary<std::uint16_t>());
  image[RegisterLayout::kSubstepsAddress] = 3;
  return image;
}

/// Rates at which codes move now and then, in place of words that mostly saturate or do nothing.
void tame_rates(const RegisterLayout& layout, const Geometry& geometry, std::int64_t core,
                std::vector<std::uint16_t>& image) {
  const auto set = [&](RegisterBlock block, std::int64_t count, int low, int high) {
    for (std::int64_t i = 0; i < count; ++i) {
      const Ratio ratio{*rc::gen::arbitrary<std::uint8_t>(), static_cast<std::int8_t>(*rc::gen::inRange(low, high))};
      image[layout.address(core, block, i)] = to_word(ratio);
    }
  };
  for (const RegisterBlock block : {RegisterBlock::kForwardRate, RegisterBlock::kBackwardRate, RegisterBlock::kBiasRate,
                                    RegisterBlock::kG0Rate, RegisterBlock::kG1Rate}) {
    set(block, geometry.columns, 2, 16);
  }
  for (const RegisterBlock block : {RegisterBlock::kForwardRowRate, RegisterBlock::kBackwardRowRate}) {
    set(block, geometry.rows, 4, 12);
  }
  for (const RegisterBlock block : {RegisterBlock::kGainShare, RegisterBlock::kFilterShare, RegisterBlock::kFilterLead,
                                    RegisterBlock::kErrorLead}) {
    set(block, geometry.columns, 6, 12);
  }
  set(RegisterBlock::kLearnDecay, 1, 10, 20);
}

void expect_equal(const PlasticityCore& core, PlainPlasticity& model, const Geometry& geometry, std::int64_t step) {
  for (std::int64_t column = 0; column < geometry.columns; ++column) {
    for (std::int64_t source = 0; source < geometry.rows / step; ++source) {
      RC_ASSERT(core.synapse(false, source, column) == model.accumulator(ParameterKind::kWeight, source, column));
      RC_ASSERT(core.synapse(true, source, column) ==
                model.accumulator(ParameterKind::kBackwardWeight, source, column));
    }
    for (const ParameterKind kind : {ParameterKind::kBias, ParameterKind::kG0, ParameterKind::kG1}) {
      RC_ASSERT(core.neuron(kind, column) == model.accumulator(kind, 0, column));
    }
  }
  RC_ASSERT(core.saturated() == model.saturated());
}

RC_GTEST_PROP(Plasticity, IsThePlainIntegerModelBitForBit, ()) {
  const Target target = any_target();
  const Geometry geometry{2, 2 * *rc::gen::inRange(1, 12), *rc::gen::inRange(1, 4), 3, 1, 2};
  const std::int64_t core_index = *rc::gen::inRange(0, 2);
  const RegisterLayout layout(target, geometry);
  std::vector<std::uint16_t> image = any_image(layout);
  if (*rc::gen::weightedElement<bool>({{3, true}, {1, false}})) tame_rates(layout, geometry, core_index, image);
  PlainPlasticity model(target, geometry, core_index, image);
  PlasticityCore core(target, layout, geometry, static_cast<std::uint32_t>(core_index));
  core.load(image);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto trial = *rc::gen::arbitrary<std::uint32_t>();
  for (std::uint32_t substep = 0; substep < 6; ++substep) {
    const PlasticityCodes codes = any_codes(core);
    core.update(codes, {philox_key(seed), substep, trial}, image);
    model.update(plain(codes), {seed, substep, trial});
    expect_equal(core, model, geometry, target.rows_per_source());
  }
  PlasticityCore again(target, layout, geometry, static_cast<std::uint32_t>(core_index));
  again.load(image);
  const int fraction = target.plasticity->fraction_bits;
  for (std::int64_t column = 0; column < geometry.columns; ++column) {
    for (std::int64_t source = 0; source < geometry.rows / target.rows_per_source(); ++source) {
      const std::int64_t half = fraction > 0 ? std::int64_t{1} << (fraction - 1) : 0;
      RC_ASSERT((again.synapse(false, source, column) >> fraction) ==
                ((core.synapse(false, source, column) + half) >> fraction));
    }
  }
}

/// A core whose forward synapses all learn, at a rate of `rate` accumulator units for a product of 1.
struct Learner {
  explicit Learner(Ratio rate, std::int64_t rows = 32, std::int64_t columns = 8)
      : geometry{1, rows, columns, 1, 1, 1}, layout(target, geometry), image(layout.size(), 0) {
    image[RegisterLayout::kSubstepsAddress] = 1;
    image[layout.address(0, RegisterBlock::kLearnControl, 0)] = to_word(LearnControl{true, false, false, false, false});
    image[layout.address(0, RegisterBlock::kLearnPeriod, 0)] = 1;
    for (std::int64_t column = 0; column < columns; ++column) {
      image[layout.address(0, RegisterBlock::kControl, column)] =
          to_word(NeuronControl{true, Activation::kTanh, false});
      image[layout.address(0, RegisterBlock::kForwardRate, column)] = to_word(rate);
      for (std::int64_t word = 0; word < layout.mask_words(); ++word) {
        image[layout.address(0, RegisterBlock::kForwardMask, column * layout.mask_words() + word)] = 0xFFFF;
      }
    }
    for (std::int64_t row = 0; row < rows; ++row) {
      image[layout.address(0, RegisterBlock::kForwardRowRate, row)] = to_word(Ratio{1, 0});
    }
    core.load(image);
    codes = core.make_codes();
  }

  Target target = learning_target(1);
  Geometry geometry;
  RegisterLayout layout;
  std::vector<std::uint16_t> image;
  PlasticityCore core{target, layout, geometry, 0};
  PlasticityCodes codes;
};

TEST(StochasticRounding, HasTheMeanOfTheExactValueWithinFiveSigma) {
  constexpr int kDraws = 40000;
  for (const int shift : {1, 5, 17, 32, 40}) {
    for (const double fraction : {0.5, 0.1, 0.97}) {
      const auto unit = std::int64_t{1} << shift;
      const auto x = -3 * unit + static_cast<std::int64_t>(std::lround(fraction * static_cast<double>(unit)));
      const double p = static_cast<double>(x + 3 * unit) / static_cast<double>(unit);
      std::int64_t sum = 0;
      for (std::uint32_t i = 0; i < kDraws / 4; ++i) {
        for (const std::uint32_t draw : philox(philox_key(17), {i, static_cast<std::uint32_t>(shift), 0, 0})) {
          const std::int64_t rounded = emulator::round_stochastically(x, shift, draw);
          ASSERT_TRUE(rounded == -3 || rounded == -2);
          sum += rounded;
        }
      }
      const double mean = static_cast<double>(sum) / kDraws;
      EXPECT_NEAR(mean, -3 + p, 5 * std::sqrt(p * (1 - p) / kDraws) + 1e-12) << "shift " << shift;
    }
  }
}

TEST(StochasticRounding, IsExactWhereNothingIsDropped) {
  for (const std::uint32_t draw : {0u, 0x80000000u, 0xFFFFFFFFu}) {
    EXPECT_EQ(emulator::round_stochastically(-12, 2, draw), -3);
    EXPECT_EQ(emulator::round_stochastically(7, 0, draw), 7);
    EXPECT_EQ(emulator::round_stochastically(-7, -3, draw), -56);
    EXPECT_EQ(emulator::round_stochastically(0, 62, draw), 0);
  }
}

// e r = 12 at 2^-8: each update adds 0 or 1, with p = 12/256. Synapses and updates draw independently.
TEST(Plasticity, AccumulatesRatesBelowAnLsbOnAverage) {
  constexpr int kUpdates = 1000;
  Learner learner({1, 8});
  learner.codes.e.assign(8, 3);
  learner.codes.forward_rows.assign(32, 4);
  for (std::uint32_t n = 0; n < kUpdates; ++n) learner.core.update(learner.codes, {philox_key(5), n, 0}, learner.image);
  const double p = 12.0 / 256;
  const double variance = kUpdates * p * (1 - p);
  double sum = 0;
  double squares = 0;
  double neighbours = 0;
  for (std::int64_t column = 0; column < 8; ++column) {
    for (std::int64_t source = 0; source < 16; ++source) {
      const double deviation = learner.core.synapse(false, source, column) - kUpdates * p;
      EXPECT_LT(std::abs(deviation), 5 * std::sqrt(variance));
      sum += deviation;
      squares += deviation * deviation;
      if (source > 0) neighbours += deviation * (learner.core.synapse(false, source - 1, column) - kUpdates * p);
    }
  }
  EXPECT_LT(std::abs(sum), 5 * std::sqrt(128 * variance));
  EXPECT_NEAR(squares / variance, 128, 5 * std::sqrt(2.0 * 128));
  EXPECT_LT(std::abs(neighbours / variance), 5 * std::sqrt(120.0));
}

TEST(Plasticity, SaturatesAtTheLastCodeAndCountsInsteadOfWrapping) {
  for (const int sign : {1, -1}) {
    Learner learner({255, -16});
    learner.codes.e.assign(8, sign * 511);
    learner.codes.forward_rows.assign(32, 511);
    learner.core.update(learner.codes, {}, learner.image);
    learner.core.update(learner.codes, {}, learner.image);
    EXPECT_EQ(learner.core.saturated(), 2 * 8 * 16);
    EXPECT_EQ(learner.core.updated(), 2 * 8 * 16);
    const std::uint16_t plus = learner.image[learner.layout.address(0, ParameterKind::kWeight, 4, 2)];
    const std::uint16_t minus = learner.image[learner.layout.address(0, ParameterKind::kWeight, 5, 2)];
    EXPECT_EQ(plus, sign > 0 ? 63 : 0);
    EXPECT_EQ(minus, sign > 0 ? 0 : 63);
  }
}

TEST(Plasticity, ChangesOnlyWhatItsMaskAndControlSay) {
  Learner learner({1, -8});
  learner.codes.e.assign(8, 100);
  learner.codes.r.assign(8, 100);
  learner.codes.forward_rows.assign(32, 100);
  learner.codes.backward_rows.assign(32, 100);
  const std::size_t mask = learner.layout.address(0, RegisterBlock::kForwardMask, 3 * learner.layout.mask_words());
  learner.image[mask] = 1u << 6;  // of column 3, rows 0 to 15
  learner.image[learner.layout.address(0, RegisterBlock::kControl, 5)] = 0;
  learner.core.load(learner.image);
  learner.core.update(learner.codes, {}, learner.image);
  EXPECT_EQ(learner.core.synapse(false, 2, 3), 0);
  EXPECT_GT(learner.core.synapse(false, 3, 3), 0);
  EXPECT_GT(learner.core.synapse(false, 8, 3), 0);
  EXPECT_EQ(learner.core.synapse(false, 3, 5), 0);
  EXPECT_EQ(learner.core.synapse(true, 3, 3), 0);
  EXPECT_EQ(learner.core.neuron(ParameterKind::kBias, 3), 0);
}

TEST(Plasticity, KeepsAccumulatorsWhoseCodeWasNotWritten) {
  Learner learner({1, 2});
  learner.codes.e.assign(8, 9);
  learner.codes.forward_rows.assign(32, 5);
  learner.core.update(learner.codes, {}, learner.image);
  const std::int32_t before = learner.core.synapse(false, 4, 1);
  ASSERT_NE(before, 0);
  learner.image[learner.layout.address(0, ParameterKind::kWeight, 10, 1)] = 7;
  learner.core.load(learner.image);
  EXPECT_EQ(learner.core.synapse(false, 4, 1), before);
  EXPECT_EQ(learner.core.synapse(false, 5, 1), 7 << 14);
}

TEST(Plasticity, AllocatesNothingInAnUpdate) {
  Learner learner({1, -4});
  learner.codes.e.assign(8, 100);
  learner.codes.forward_rows.assign(32, 100);
  const long before = allocation_count();
  for (std::uint32_t n = 0; n < 10; ++n) learner.core.update(learner.codes, {{}, n, 0}, learner.image);
  EXPECT_EQ(allocation_count(), before);
  EXPECT_GT(learner.core.updated(), 0);
}

TEST(NearestRatio, IsWithinHalfAStepOfItsMultiplier) {
  for (double value = 1e-12; value < 1e4; value *= 1.37) {
    for (const int bits : {1, 4, 8}) {
      const Ratio ratio = nearest_ratio(value, bits);
      EXPECT_NEAR(ratio.value() / value, 1, std::ldexp(1.0, -bits) * 1.0001) << value << " in " << bits;
      EXPECT_EQ(ratio_from_word(to_word(ratio)), ratio);
    }
  }
  EXPECT_TRUE(nearest_ratio(0, 8).is_zero());
  EXPECT_EQ(nearest_ratio(1e30, 8), (Ratio{255, -16}));
}

}  // namespace
}  // namespace vle
