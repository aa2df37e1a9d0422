#include "deviations.hpp"

#include <algorithm>
#include <cmath>
#include <vle/random/philox.hpp>
#include <vle/random/reproducible.hpp>

namespace vle::emulator {
namespace {

double unit_variance(Deviation::Distribution distribution, std::uint64_t key, Stream stream, Element element) {
  if (distribution != Deviation::Distribution::kUniform) return draw_normal(key, stream, element);
  return std::sqrt(12.0) * (draw_uniform(key, stream, element) - 0.5);
}

}  // namespace

std::uint64_t chip_key(std::uint64_t board_id, std::uint32_t chip) {
  if (chip == 0) return board_id;
  const auto words = philox(philox_key(board_id), {chip, 0, 0, 0});
  return std::uint64_t{words[1]} << 32 | words[0];
}

std::uint64_t run_key(std::uint64_t seed) {
  const auto words = philox(philox_key(seed), {0, 0, 0, static_cast<std::uint32_t>(Stream::kRun)});
  return std::uint64_t{words[1]} << 32 | words[0];
}

double drawn_factor(const Deviation& deviation, std::uint64_t key, Stream stream, Element element) {
  if (deviation.sigma == 0) return 1;
  const double relative = deviation.sigma * unit_variance(deviation.distribution, key, stream, element);
  if (deviation.distribution == Deviation::Distribution::kLogNormal) return reproducible_exp(relative);
  return std::max(kLeastFactor, 1 + relative);
}

double drawn_offset(const Deviation& deviation, std::uint64_t key, Stream stream, Element element) {
  if (deviation.sigma == 0) return 0;
  return deviation.sigma * unit_variance(deviation.distribution, key, stream, element);
}

double deviated(double value, const Deviation& deviation, std::uint64_t key, Stream stream, Element element) {
  if (deviation.scaling == Deviation::Scaling::kAdditive) return value + drawn_offset(deviation, key, stream, element);
  return value * drawn_factor(deviation, key, stream, element);
}

Stream stream_of(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::kWeight:
      return Stream::kSynapse;
    case ParameterKind::kBackwardWeight:
      return Stream::kBackwardSynapse;
    case ParameterKind::kColumnGain:
      return Stream::kColumnGain;
    case ParameterKind::kBackwardColumnGain:
      return Stream::kBackwardColumnGain;
    case ParameterKind::kBias:
      return Stream::kBias;
    case ParameterKind::kTauU:
      return Stream::kTauU;
    case ParameterKind::kLeadU:
      return Stream::kLeadU;
    case ParameterKind::kTauV:
      return Stream::kTauV;
    case ParameterKind::kLeadV:
      return Stream::kLeadV;
    case ParameterKind::kG0:
      return Stream::kErrorGain0;
    case ParameterKind::kG1:
      return Stream::kErrorGain1;
    case ParameterKind::kGamma:
      return Stream::kGamma;
    case ParameterKind::kBeta:
      return Stream::kBeta;
    case ParameterKind::kLeadPole:
      return Stream::kLeadPole;
  }
  return Stream::kSynapse;
}

Stream stream_of(OffsetKind kind) {
  switch (kind) {
    case OffsetKind::kS:
      return Stream::kOffsetS;
    case OffsetKind::kR:
      return Stream::kOffsetR;
    case OffsetKind::kEpsilon:
      return Stream::kOffsetEpsilon;
    case OffsetKind::kE:
      return Stream::kOffsetE;
    case OffsetKind::kAdc:
      return Stream::kAdcOffset;
  }
  return Stream::kOffsetS;
}

const Deviation& offset_of(const Target& target, OffsetKind kind) {
  switch (kind) {
    case OffsetKind::kS:
      return target.offsets.s;
    case OffsetKind::kR:
      return target.offsets.r;
    case OffsetKind::kEpsilon:
      return target.offsets.epsilon;
    case OffsetKind::kE:
      return target.offsets.e;
    case OffsetKind::kAdc:
      return target.offsets.adc;
  }
  return target.offsets.s;
}

}  // namespace vle::emulator
