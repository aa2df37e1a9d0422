#pragma once

#include <vector>

#include "core_step.hpp"

namespace vle::emulator {

/// The kernels of every instruction set that this CPU has, the slowest first.
std::vector<const Kernels*> available_kernels();

/// The fastest of them.
const Kernels& best_kernels();

}  // namespace vle::emulator
