#pragma once

#include <string_view>

namespace vle {

/// The rate function phi of a population (SCIENCE: r = phi(D+_{tau_r} u)).
enum class Activation { kLinear, kTanh, kSigmoid, kSoftplus, kRelu, kHardSigmoid };

/// All activations, in the order of the enum.
inline constexpr Activation kActivations[] = {Activation::kLinear,   Activation::kTanh, Activation::kSigmoid,
                                              Activation::kSoftplus, Activation::kRelu, Activation::kHardSigmoid};

/// Name as in network descriptions: `linear`, `tanh`, `sigmoid`, `softplus`, `relu`, `hard_sigmoid`.
std::string_view name_of(Activation activation);

/// phi(x). Hard sigmoid is clamp(x/4 + 1/2, 0, 1): the tangent of the sigmoid at 0.
double phi(Activation activation, double x);

/// phi'(x); at the corners of relu and hard sigmoid the right-hand derivative.
double phi_prime(Activation activation, double x);

/// phi''(x); at the corners of relu and hard sigmoid 0: the jump of phi' is left out.
double phi_second(Activation activation, double x);

/// The largest |phi'(x)| over all x: 1, except sigmoid and hard sigmoid 1/4.
double max_phi_prime(Activation activation);

/// The least and the largest phi(x) for x in [low, high]; every activation is monotonic.
struct Interval {
  double low = 0;
  double high = 0;
};
Interval phi_range(Activation activation, Interval input);

/// True where phi(c x) = c phi(x) for every c > 0 (linear, relu): only such signals may be rescaled freely on a chip.
bool is_homogeneous(Activation activation);

}  // namespace vle
