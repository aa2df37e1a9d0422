#include <vle/target/weight_coding.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <tuple>
#include <vector>

namespace vle {
namespace {

/// What every code of one synapse gives, in LSB of the column.
struct Reach {
  int least = 0;  ///< the code of the first value
  std::vector<double> values;
  double step = 0;  ///< of a healthy synapse in its place
};

Reach reach_of(const ChipConverters& converters, const Target& target, ParameterKind array, std::uint32_t core,
               std::uint32_t row, std::uint32_t column) {
  const Dac& dac = target.dac(array);
  const StuckSynapse* stuck = converters.stuck_synapse(array, core, row, column);
  const double factor = converters.synapse_factor(array, core, row, column);
  Reach reach;
  reach.step = factor;
  reach.least = dac.min_code < 0 ? -dac.max_code : 0;
  for (int code = reach.least; code <= dac.max_code; ++code) {
    const Lsb given = stuck != nullptr ? effective_code(dac, *stuck, Lsb{code}) : Lsb{code};
    reach.values.push_back(given.code * factor);
  }
  return reach;
}

}  // namespace

StuckWeight nearest_stuck_weight(const ChipConverters& converters, const Target& target, ParameterKind array,
                                 std::uint32_t core, std::uint32_t row, std::uint32_t column, double wanted) {
  const Reach first = reach_of(converters, target, array, core, row, column);
  const bool is_pair = target.signed_weight == SignedWeight::kRowPair;
  const Reach second = is_pair ? reach_of(converters, target, array, core, row + 1, column) : Reach{0, {0.0}, 0};
  constexpr double kRounding = 1e-9;
  const double within = std::max(first.step, second.step) / 2 + kRounding;
  StuckWeight best;
  std::tuple<double, int, double> least{std::numeric_limits<double>::infinity(), 0, 0};
  for (std::size_t i = 0; i < first.values.size(); ++i) {
    for (std::size_t k = 0; k < second.values.size(); ++k) {
      const StuckWeight tried{Lsb{first.least + static_cast<int>(i)}, Lsb{second.least + static_cast<int>(k)},
                              first.values[i] - second.values[k]};
      const double distance = std::abs(tried.value - wanted);
      const double beyond = std::max(0.0, distance - within);
      const int conducting = std::abs(tried.first.code) + std::abs(tried.second.code);
      const std::tuple cost{beyond, conducting, distance};
      if (!(cost < least)) continue;
      least = cost;
      best = tried;
      best.is_short = beyond > 0;
    }
  }
  const double most = target.dac(array).max_code + 0.5;
  best.is_beyond = wanted > most * first.step || -wanted > most * (is_pair ? second.step : first.step);
  return best;
}

}  // namespace vle
