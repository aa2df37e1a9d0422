#pragma once

#include <cstdint>
#include <vle/target/dac.hpp>

namespace vle {

/// A synapse whose register has a bit that cannot be written: its converter sees `level` there.
struct StuckSynapse {
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  int bit = 0;  ///< of the register, from the lowest
  int level = 0;
  bool operator==(const StuckSynapse&) const = default;
};

/// The code that such a synapse gives where `code` is written.
[[nodiscard]] Lsb effective_code(const Dac& dac, const StuckSynapse& stuck, Lsb code);

/// What the factor of a synapse was measured at: its largest code, and where codes have a sign, half of what the
/// largest and its opposite differ by. 0 or less: the stuck bit leaves nothing to go by.
[[nodiscard]] double full_swing(const Dac& dac, const StuckSynapse& stuck);

}  // namespace vle
