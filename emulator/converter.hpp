#pragma once

#include <vle/target/signal_codes.hpp>
#include <vle/target/target.hpp>

namespace vle::emulator {

/// The range of the converters at a crossing: the rail, or one full scale where there is none.
inline double crossing_range(const Target& target) {
  return target.rail > 0 ? target.rail : 1.0;
}

}  // namespace vle::emulator
