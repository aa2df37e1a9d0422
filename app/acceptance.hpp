#pragma once

#include <string>
#include <string_view>
#include <vector>
#include <vle/backend/backend.hpp>

namespace vle::app {

/// Parses `nrmse<X`; the value is X, above 0.
[[nodiscard]] Result<double> parse_acceptance(std::string_view condition);

/// How far one recorded signal is from its ideal.
struct Distance {
  std::string signal;  ///< population.signal
  double nrmse = 0;    ///< RMS difference over the standard deviation of the ideal signal
};

/// The outcome of --accept.
struct Acceptance {
  double limit = 0;
  std::vector<Distance> distances;
  double worst = 0;
  bool met = false;
};

/// Compares the signals of `judged` (of every trace where that is empty: population names, rate only) with the ideal
/// ones. Errors: kInvalidInput where an ideal signal is constant, so that there is nothing to normalise by.
[[nodiscard]] Result<Acceptance> judge(const Traces& traces, const Traces& ideal,
                                       const std::vector<std::string>& judged, double limit);

}  // namespace vle::app
