#include "mismatch.hpp"

#include <algorithm>
#include <cmath>
#include <vle/random/philox.hpp>
#include <vle/random/reproducible.hpp>

namespace vle::emulator {
namespace {

constexpr double kLeastFactor = 0.01;

double unit_variance(Mismatch::Distribution distribution, std::uint64_t key, Stream stream, Element element) {
  if (distribution != Mismatch::Distribution::kUniform) return draw_normal(key, stream, element);
  return std::sqrt(12.0) * (draw_uniform(key, stream, element) - 0.5);
}

}  // namespace

std::uint64_t chip_key(std::uint64_t board_id, std::uint32_t chip) {
  if (chip == 0) return board_id;
  const auto words = philox(philox_key(board_id), {chip, 0, 0, 0});
  return std::uint64_t{words[1]} << 32 | words[0];
}

double frozen_factor(const Mismatch& mismatch, std::uint64_t key, Stream stream, Element element) {
  if (mismatch.sigma == 0) return 1;
  const double deviation = mismatch.sigma * unit_variance(mismatch.distribution, key, stream, element);
  if (mismatch.distribution == Mismatch::Distribution::kLogNormal) return reproducible_exp(deviation);
  return std::max(kLeastFactor, 1 + deviation);
}

double frozen_offset(const Mismatch& mismatch, std::uint64_t key, Stream stream, Element element) {
  if (mismatch.sigma == 0) return 0;
  return mismatch.sigma * unit_variance(mismatch.distribution, key, stream, element);
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

}  // namespace vle::emulator
