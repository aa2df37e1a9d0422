#pragma once

#include <cstdint>
#include <vle/random/draw.hpp>
#include <vle/target/target.hpp>

namespace vle::emulator {

/// Key of everything frozen on chip number `chip` of a board; chip 0 has the board's id itself.
std::uint64_t chip_key(std::uint64_t board_id, std::uint32_t chip);

/// A multiplicative deviation with the given distribution, around 1: normal and uniform 1 + sigma x, log-normal
/// exp(sigma x), with x of unit variance. Never below 1 percent: a circuit may be slow or weak, but not reversed.
double frozen_factor(const Mismatch& mismatch, std::uint64_t key, Stream stream, Element element);

/// An additive deviation around 0.
double frozen_offset(const Mismatch& mismatch, std::uint64_t key, Stream stream, Element element);

/// The stream of a parameter kind's mismatch.
Stream stream_of(ParameterKind kind);

}  // namespace vle::emulator
