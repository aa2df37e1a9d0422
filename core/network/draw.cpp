#include "draw.hpp"

#include <algorithm>
#include <cmath>
#include <vle/random/draw.hpp>
#include <vle/random/reproducible.hpp>

namespace vle {
namespace {

// FNV-1a, continued from `hash`, with the length behind the text so that "ab"+"c" and "a"+"bc" differ.
std::uint64_t hash_text(std::uint64_t hash, std::string_view text) {
  constexpr std::uint64_t kPrime = 0x100000001b3;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return (hash ^ text.size()) * kPrime;
}

// The finaliser of SplitMix64: every bit of the seed reaches every bit of the key.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

std::uint64_t derive_seed(std::uint64_t network_seed, std::string_view object, std::string_view field) {
  constexpr std::uint64_t kOffset = 0xcbf29ce484222325;
  return mix(mix(network_seed + 0x9e3779b97f4a7c15) ^ hash_text(hash_text(kOffset, object), field));
}

double draw_parameter(const Distribution& distribution, std::uint64_t seed, std::int64_t index, std::int64_t fan_in) {
  const Element element{static_cast<std::uint32_t>(index), 0, 0};
  const double first = distribution.first;
  const double second = distribution.second;
  switch (distribution.kind) {
    case Distribution::Kind::kUniform:
      return first + (second - first) * draw_uniform(seed, Stream::kDescription, element);
    case Distribution::Kind::kLogUniform: {
      const double log_ratio = reproducible_log(second / first);
      const double value = first * reproducible_exp(log_ratio * draw_uniform(seed, Stream::kDescription, element));
      return std::clamp(value, first, second);
    }
    case Distribution::Kind::kNormal:
      return first + second * draw_normal(seed, Stream::kDescription, element);
    case Distribution::Kind::kLogNormal:
      return first * reproducible_exp(second * draw_normal(seed, Stream::kDescription, element));
    case Distribution::Kind::kFanInNormal:
      return first / std::sqrt(static_cast<double>(fan_in)) * draw_normal(seed, Stream::kDescription, element);
  }
  return 0;
}

std::vector<std::uint32_t> draw_senders(double probability, std::uint64_t seed, std::int64_t post,
                                        std::int64_t pre_size) {
  std::vector<std::uint32_t> senders;
  if (probability >= 1) {
    for (std::int64_t j = 0; j < pre_size; ++j) senders.push_back(static_cast<std::uint32_t>(j));
    return senders;
  }
  // The gap to the next synapse is geometric: floor(ln U / ln(1 - p)). For a tiny p the logarithm needs its own form.
  const double log_absent = probability < 1e-8 ? -probability : reproducible_log(1 - probability);
  double next = -1;
  for (std::uint32_t draw = 0;; ++draw) {
    const Element element{static_cast<std::uint32_t>(post), draw, 1};
    next += 1 + std::floor(reproducible_log(draw_uniform(seed, Stream::kDescription, element)) / log_absent);
    if (next >= static_cast<double>(pre_size)) return senders;
    senders.push_back(static_cast<std::uint32_t>(next));
  }
}

}  // namespace vle
