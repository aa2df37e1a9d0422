#pragma once

#include <cstddef>
#include <vle/dynamics/adjoint.hpp>

namespace vle {

/// Bytes of the signals that a checkpoint holds.
std::size_t checkpoint_bytes(const State& state);

/// The cut of a run of so many integration steps. One segment has no checkpoint; its record holds a frame more than it
/// has steps.
Result<AdjointMemory> cut_run(std::size_t integration_steps, std::size_t checkpoint_bytes, std::size_t frame_bytes,
                              std::size_t budget);

}  // namespace vle
