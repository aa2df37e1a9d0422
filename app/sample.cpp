#include "sample.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vle/random/philox.hpp>
#include <vle/result/check.hpp>

namespace vle::app {
namespace {

constexpr std::size_t kResamples = 2000;
constexpr std::uint64_t kBootstrapKey = 0x626F6F7473747261;  // the letters "bootstra"

}  // namespace

double quantile(std::span<const double> ordered, double q) {
  VLE_CHECK(!ordered.empty(), "a quantile of nothing");
  const double place = q * static_cast<double>(ordered.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, ordered.size() - 1);
  return ordered[below] + (place - static_cast<double>(below)) * (ordered[above] - ordered[below]);
}

Interval bootstrap(std::size_t count, const std::function<double(std::span<const std::size_t>)>& statistic) {
  VLE_CHECK(count > 0, "a bootstrap of nothing");
  std::vector<double> statistics;
  std::vector<std::size_t> drawn(count);
  for (std::size_t resample = 0; resample < kResamples; ++resample) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto words = philox(philox_key(kBootstrapKey),
                                {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(resample), 0, 0});
      drawn[i] = static_cast<std::size_t>((std::uint64_t{words[0]} * count) >> 32);
    }
    statistics.push_back(statistic(drawn));
  }
  std::sort(statistics.begin(), statistics.end());
  return {quantile(statistics, 0.025), quantile(statistics, 0.975)};
}

SampleSummary summarise(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto mean_of = [&](std::span<const std::size_t> drawn) {
    double sum = 0;
    for (const std::size_t i : drawn) sum += values[i];
    return sum / static_cast<double>(drawn.size());
  };
  SampleSummary summary;
  summary.count = values.size();
  for (const double value : values) summary.mean += value / static_cast<double>(values.size());
  summary.mean_interval = bootstrap(values.size(), mean_of);
  summary.minimum = values.front();
  summary.q05 = quantile(values, 0.05);
  summary.median = quantile(values, 0.5);
  summary.q95 = quantile(values, 0.95);
  summary.maximum = values.back();
  return summary;
}

Interval share_interval(std::size_t met, std::size_t count) {
  VLE_CHECK(count > 0 && met <= count, "{} of {}", met, count);
  constexpr double kZ = 1.959963984540054;  // 97.5 % of the standard normal
  const auto n = static_cast<double>(count);
  const double share = static_cast<double>(met) / n;
  const double centre = (share + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half = kZ / (1 + kZ * kZ / n) * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace vle::app
