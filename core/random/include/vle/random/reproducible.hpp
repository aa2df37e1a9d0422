#pragma once

namespace vle {

/// Exponential and natural logarithm (x > 0) from additions, multiplications and divisions alone, so that what is drawn
/// has the same bits on every machine: the C library's choose their code by the CPU. Accurate to a few units of the
/// last place.
double reproducible_exp(double x);
double reproducible_log(double x);

}  // namespace vle
