#pragma once

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vle/network/description.hpp>

namespace vle {

/// Log-uniform in [low, high], in steps of a thousandth of the way.
inline rc::Gen<double> log_between(double low, double high) {
  return rc::gen::map(rc::gen::inRange(0, 1001),
                      [low, high](int i) { return low * std::pow(high / low, static_cast<double>(i) / 1000.0); });
}

/// Uniform in [low, high], in steps of a thousandth of the way.
inline rc::Gen<double> between(double low, double high) {
  return rc::gen::map(rc::gen::inRange(0, 1001),
                      [low, high](int i) { return low + (high - low) * static_cast<double>(i) / 1000.0; });
}

inline rc::Gen<Integrator> any_integrator() {
  return rc::gen::element(Integrator::kEuler, Integrator::kExponential);
}

}  // namespace vle
