#pragma once

#include <cstddef>
#include <vector>
#include <vle/dynamics/dynamics.hpp>

namespace vle {

/// The prospective energy E = 1/2 sum_i m_i^2 + beta C of SCIENCE.md 3, by where it sits.
struct ProspectiveEnergy {
  std::size_t batch = 1;
  std::vector<double> mismatch;  ///< populations x batch: 1/2 sum_i m_i^2 over the neurons of a population
  std::vector<double> cost;      ///< outputs x batch: beta C, C = 1/2 |r* - r|^2 or the cross entropy

  double total(std::size_t trial) const;
};

/// m_i = D+_{tau_m} u_i - s_i of the integration step that led to `u`: what the membrane did, minus what its synapses
/// asked for. In steps D+_{tau_m} is the inverse of u += a drive, so it is u - a drive + drive. Undisturbed, m = gamma
/// e.
constexpr double membrane_mismatch(double u, double drive, double s, double a) {
  return u + (1 - a) * drive - s;
}

/// Measures the energy after a step from u, drive and s, with `parameters` as they were in it, and from r. Without
/// targets the cost is 0. Resizes `energy` on first use and allocates nothing after.
void measure_energy(const Dynamics& dynamics, const Parameters& parameters, const State& state, SignalView targets,
                    ProspectiveEnergy& energy);

}  // namespace vle
