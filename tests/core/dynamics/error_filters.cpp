#include "error_filters.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vle {
namespace {

// lead = x + ratio (in - x), x += share (in - x)
std::vector<double> lead_filter(const std::vector<double>& in, double share, double ratio) {
  std::vector<double> out;
  double x = 0;
  for (const double value : in) {
    out.push_back(x + ratio * (value - x));
    x += share * (value - x);
  }
  return out;
}

}  // namespace

ErrorFilters::ErrorFilters(Integrator integrator, double dt, double tau_m, double tau_r) {
  const auto share = [&](double tau) { return integrator == Integrator::kEuler ? dt / tau : -std::expm1(-dt / tau); };
  a = share(tau_m);
  b = share(tau_r);
}

std::vector<double> ErrorFilters::p(const std::vector<double>& epsilon) const {
  return lead_filter(epsilon, b, b / a);
}

std::vector<double> ErrorFilters::f(const std::vector<double>& epsilon) const {
  return lead_filter(epsilon, a, a / b);
}

std::vector<double> ErrorFilters::exact(const std::vector<double>& epsilon) const {
  std::vector<double> signal(epsilon.rbegin(), epsilon.rend());
  signal = lead_filter(signal, a, a / b);
  std::reverse(signal.begin(), signal.end());
  return signal;
}

double dot(const std::vector<double>& x, const std::vector<double>& y) {
  return std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
}

}  // namespace vle
