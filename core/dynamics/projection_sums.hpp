#pragma once

#include <cstddef>
#include <span>
#include <vle/network/network.hpp>

namespace vle {

/// post_i += sum_j value_ij pre_j for every trial, in the order of the synapses. Arrays are neurons x batch.
void add_forward(const Synapses& shape, std::span<const double> values, std::span<const double> pre,
                 std::span<double> post, std::size_t batch);

/// pre_j += sum_i value_ij post_i for every trial, receivers ascending.
void add_backward(const Synapses& shape, std::span<const double> values, std::span<const double> post,
                  std::span<double> pre, std::size_t batch);

}  // namespace vle
