#pragma once

#include <cstdint>
#include <vle/random/draw.hpp>
#include <vle/target/calibration.hpp>
#include <vle/target/target.hpp>

namespace vle::emulator {

/// Key of everything frozen on chip number `chip` of a board; chip 0 has the board's id itself.
std::uint64_t chip_key(std::uint64_t board_id, std::uint32_t chip);

/// Key of what is drawn anew with every run: elements of it count trials first.
std::uint64_t run_key(std::uint64_t seed);

/// No factor is below: a circuit may be slow or weak, but not reversed.
inline constexpr double kLeastFactor = 0.01;

/// A factor with the given distribution, around 1: normal and uniform 1 + sigma x, log-normal exp(sigma x), with x of
/// mean 0 and variance 1. Never below kLeastFactor.
double drawn_factor(const Deviation& deviation, std::uint64_t key, Stream stream, Element element);

/// What is added: sigma x.
double drawn_offset(const Deviation& deviation, std::uint64_t key, Stream stream, Element element);

/// `value` with its deviation, proportional or additive.
double deviated(double value, const Deviation& deviation, std::uint64_t key, Stream stream, Element element);

/// The stream of a parameter kind's mismatch.
Stream stream_of(ParameterKind kind);
/// The stream of an offset.
Stream stream_of(OffsetKind kind);

inline constexpr OffsetKind kEveryOffset[] = {OffsetKind::kS, OffsetKind::kR, OffsetKind::kEpsilon, OffsetKind::kE,
                                              OffsetKind::kAdc};

/// The deviation of an offset.
const Deviation& offset_of(const Target& target, OffsetKind kind);

}  // namespace vle::emulator
