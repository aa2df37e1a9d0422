#pragma once

#include <cstddef>
#include <span>
#include <vle/dynamics/dynamics.hpp>
#include <vle/network/network.hpp>

namespace vle {

/// The loss of one output in one trial, where `r` are the rates of its population (neurons x batch):
///     mean squared error   beta sum_i 1/2 (r*_i - r_i)^2
///     cross entropy        beta (log sum_i exp(r_i) - sum_i r*_i r_i), which is -beta sum_i r*_i log softmax(r)_i
///     where
///                          the targets add up to 1
double output_loss(const Output& output, SignalView targets, std::size_t trial, std::size_t batch,
                   std::span<const double> r);
/// The same of rates in single precision.
double output_loss(const Output& output, SignalView targets, std::size_t trial, std::size_t batch,
                   std::span<const float> r);

/// Adds minus its derivative to the rates: beta (r* - r), or beta (r* - softmax(r)).
void add_target_error(const Output& output, SignalView targets, std::size_t trial, std::size_t batch,
                      std::span<const double> r, std::span<double> error);
/// The same in single precision.
void add_target_error(const Output& output, SignalView targets, std::size_t trial, std::size_t batch,
                      std::span<const float> r, std::span<float> error);

/// Adds J^T x, with J the Jacobian of the target error: -beta x, or -beta p_j (x_j - sum_i p_i x_i) with p =
/// softmax(r).
void add_target_error_slope(const Output& output, std::size_t trial, std::size_t batch, std::span<const double> r,
                            std::span<const double> x, std::span<double> result);

}  // namespace vle
