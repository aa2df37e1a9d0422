#include <Random123/philox.h>

#include <cmath>
#include <numbers>
#include <vle/random/draw.hpp>
#include <vle/random/philox.hpp>
#include <vle/random/reproducible.hpp>

namespace vle {
namespace {

// cos(2 pi x) for x in (0, 1), by symmetry from the Taylor series on a quarter of a turn.
double cosine_of_turns(double x) {
  double folded = std::abs(x - 0.5);  // cos(2 pi x) = -cos(2 pi folded), folded in [0, 1/2]
  const bool negative = folded < 0.25;
  if (!negative) folded = 0.5 - folded;
  const double angle = 2 * std::numbers::pi * folded;  // [0, pi/2]
  const double angle2 = angle * angle;
  double sum = 0;
  for (int n = 24; n >= 2; n -= 2) sum = (1 + sum) * -angle2 / (n * (n - 1));
  return negative ? -(1 + sum) : 1 + sum;
}

std::array<std::uint32_t, 4> bits(std::uint64_t seed, Stream stream, Element element) {
  return philox(philox_key(seed), {static_cast<std::uint32_t>(stream), element.first, element.second, element.third});
}

double to_unit_interval(std::uint32_t low, std::uint32_t high) {
  const std::uint64_t wide = (std::uint64_t{high} << 32 | low) >> 12;  // 52 bits
  return (static_cast<double>(wide) + 0.5) * 0x1p-52;
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 2> key, std::array<std::uint32_t, 4> counter) {
  const r123::Philox4x32 generator;
  const auto out = generator({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
  return {out[0], out[1], out[2], out[3]};
}

double draw_uniform(std::uint64_t seed, Stream stream, Element element) {
  const auto word = bits(seed, stream, element);
  return to_unit_interval(word[0], word[1]);
}

double draw_normal(std::uint64_t seed, Stream stream, Element element) {
  const auto word = bits(seed, stream, element);
  const double radius = std::sqrt(-2 * reproducible_log(to_unit_interval(word[0], word[1])));
  return radius * cosine_of_turns(to_unit_interval(word[2], word[3]));
}

}  // namespace vle
