#pragma once

#include <Eigen/Core>
#include <span>
#include <vle/target/target.hpp>

namespace vle::calibration {

/// Covariance of what two codes of one converter err by, in the unit of its value. Its elements are equal but for a
/// relative deviation sigma (Dac::unit_sigma), are switched in binary groups, and their sum N = 2^bits - 1 is exact:
/// fields a and b, counted from the least code, err by sigma^2 ((a AND b) - a b / N) squared LSB together, since they
/// share the elements that both switch. 0 for measured tables.
[[nodiscard]] double code_covariance(const Dac& dac, Lsb first, Lsb second, int range);

/// The same of all pairs of codes.
[[nodiscard]] Eigen::MatrixXd code_covariances(const Dac& dac, std::span<const Lsb> codes, int range);

/// Standard error of the setting nearest to 0, in the unit of the value: a signed converter's largest elements switch
/// there.
[[nodiscard]] double error_of_zero(const Dac& dac);

/// Standard error of half the difference of the opposite codes `code` and -`code` of a converter of signals, LSB, by
/// its elements.
[[nodiscard]] double opposite_codes_error(const Converter& converter, int code);

}  // namespace vle::calibration
