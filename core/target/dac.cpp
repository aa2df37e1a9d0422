#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vle/target/dac.hpp>

namespace vle {
namespace {

// The usable codes whose values enclose `value` on one range, for the two formulas, which are monotonic.
std::pair<int, int> enclosing_codes(const Dac& dac, double value, double factor) {
  if (dac.kind == Dac::Kind::kReciprocal && value <= 0) return {dac.max_code, dac.max_code};
  const double exact = dac.kind == Dac::Kind::kLinear ? (value / factor - dac.offset) / dac.scale
                                                      : dac.scale * factor / value - dac.offset;
  const auto clamp = [&](double code) {
    return std::isnan(code) ? dac.min_code : static_cast<int>(std::clamp<double>(code, dac.min_code, dac.max_code));
  };
  return {clamp(std::floor(exact)), clamp(std::ceil(exact))};
}

}  // namespace

int Dac::range_bits() const {
  return static_cast<int>(std::bit_width(range_factors.size() - 1));
}

double Dac::value_at(double code, int range) const {
  const double factor = range_factors[static_cast<std::size_t>(range)];
  switch (kind) {
    case Kind::kLinear:
      return (scale * code + offset) * factor;
    case Kind::kReciprocal:
      return scale / (code + offset) * factor;
    case Kind::kTable:
      return table[static_cast<std::size_t>(code)] * factor;
  }
  return 0;
}

namespace {

template <class Better>
double extreme_value(const Dac& dac, Better better) {
  double extreme = dac.value(Lsb{dac.min_code}, 0);
  for (int range = 0; range < static_cast<int>(dac.range_factors.size()); ++range) {
    const int step = dac.kind == Dac::Kind::kTable ? 1 : std::max(1, dac.max_code - dac.min_code);
    for (int code = dac.min_code; code <= dac.max_code; code += step) {
      extreme = better(extreme, dac.value(Lsb{code}, range));
    }
  }
  return extreme;
}

}  // namespace

double Dac::min_value() const {
  return extreme_value(*this, [](double a, double b) { return std::min(a, b); });
}

double Dac::max_value() const {
  return extreme_value(*this, [](double a, double b) { return std::max(a, b); });
}

DacSetting nearest_setting(const Dac& dac, double value) {
  VLE_CHECK(!std::isnan(value), "a parameter to code is not a number");
  DacSetting best;
  double best_distance = std::numeric_limits<double>::infinity();
  const auto consider = [&](int code, int range) {
    const double realised = dac.value(Lsb{code}, range);
    const double distance = std::abs(realised - value);
    if (distance < best_distance) {
      best_distance = distance;
      best = {Lsb{code}, range, realised, false};
    }
  };
  for (int range = 0; range < static_cast<int>(dac.range_factors.size()); ++range) {
    if (dac.kind == Dac::Kind::kTable) {
      for (int code = dac.min_code; code <= dac.max_code; ++code) consider(code, range);
    } else {
      const auto [low, high] = enclosing_codes(dac, value, dac.range_factors[static_cast<std::size_t>(range)]);
      consider(low, range);
      consider(high, range);
    }
  }
  constexpr double kRounding = 1e-12;  // a target that equals the last code up to float64 is not outside
  const double least = dac.min_value();
  const double most = dac.max_value();
  best.clipped = value < least - kRounding * std::abs(least) || value > most + kRounding * std::abs(most);
  return best;
}

DacSetting setting_at_least(const Dac& dac, double value) {
  DacSetting best = nearest_setting(dac, value);
  if (best.value >= value || best.clipped) return best;
  best.value = std::numeric_limits<double>::infinity();
  for (int range = 0; range < static_cast<int>(dac.range_factors.size()); ++range) {
    if (dac.kind == Dac::Kind::kTable) {
      for (int code = dac.min_code; code <= dac.max_code; ++code) {
        const double realised = dac.value(Lsb{code}, range);
        if (realised >= value && realised < best.value) best = {Lsb{code}, range, realised, false};
      }
      continue;
    }
    const auto [low, high] = enclosing_codes(dac, value, dac.range_factors[static_cast<std::size_t>(range)]);
    for (const int code : {low, high}) {
      const double realised = dac.value(Lsb{code}, range);
      if (realised >= value && realised < best.value) best = {Lsb{code}, range, realised, false};
    }
  }
  return best;
}

std::uint16_t to_word(const Dac& dac, Lsb code, int range) {
  return static_cast<std::uint16_t>(static_cast<std::uint32_t>(range) << dac.format.bits | to_field(code, dac.format));
}

DacSetting from_word(const Dac& dac, std::uint16_t word) {
  const Lsb code = from_field(word, dac.format);
  const int last_range = static_cast<int>(dac.range_factors.size()) - 1;
  const int range = std::min(word >> dac.format.bits, last_range);
  const Lsb usable{std::clamp(code.code, dac.min_code, dac.max_code)};
  return {code, range, dac.value(usable, range), usable != code};
}

}  // namespace vle
