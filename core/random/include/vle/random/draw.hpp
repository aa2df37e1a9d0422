#pragma once

#include <array>
#include <cstdint>
#include <vle/random/stream.hpp>

namespace vle {

/// Which element a draw belongs to: up to three indices below its stream, e.g. (core, row, column).
struct Element {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  std::uint32_t third = 0;
};

/// Uniform in the open interval (0, 1), with 52 bits; a pure function of its arguments.
double draw_uniform(std::uint64_t seed, Stream stream, Element element);

/// Standard normal (Box-Muller in float64, with logarithm and cosine of its own, so the same bits on every machine).
double draw_normal(std::uint64_t seed, Stream stream, Element element);

}  // namespace vle
