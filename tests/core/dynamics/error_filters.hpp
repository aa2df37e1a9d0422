#pragma once

#include <vector>
#include <vle/network/description.hpp>

namespace vle {

/// The filters of one neuron (SCIENCE.md 3, 6) in the steps of an integrator, on a whole signal at once, from rest.
struct ErrorFilters {
  ErrorFilters(Integrator integrator, double dt, double tau_m, double tau_r);

  std::vector<double> p(const std::vector<double>& epsilon) const;  ///< causal: the error of GLE
  std::vector<double> f(const std::vector<double>& epsilon) const;  ///< causal: what the neuron does to its input
  /// A, anti-causal: the exact error, by integration backwards in time.
  std::vector<double> exact(const std::vector<double>& epsilon) const;

  double a = 0;
  double b = 0;
};

double dot(const std::vector<double>& x, const std::vector<double>& y);

}  // namespace vle
