#include "adjoint_checkpoints.hpp"

#include <algorithm>
#include <cmath>

#include "adjoint_tape.hpp"

namespace vle {

std::size_t checkpoint_bytes(const State& state) {
  std::size_t elements = state.inputs.size();
  for (const PopulationState& population : state.populations) {
    for (const auto* values :
         {&population.u, &population.v, &population.r, &population.phi_prime, &population.epsilon, &population.e,
          &population.s, &population.drive, &population.lookahead, &population.error_lead, &population.backward}) {
      elements += values->size();
    }
  }
  return elements * sizeof(double);
}

// n / L checkpoints of C bytes and L frames of F bytes need the least at L = sqrt(n C / F). Numbers are floating until
// they are known to fit, so nothing overflows.
Result<AdjointMemory> cut_run(std::size_t integration_steps, std::size_t checkpoint_bytes, std::size_t frame_bytes,
                              std::size_t budget) {
  const auto steps = static_cast<double>(integration_steps);
  const auto checkpoint = static_cast<double>(checkpoint_bytes);
  const auto frame = static_cast<double>(frame_bytes);
  const auto limit = static_cast<double>(budget);
  const double whole = (steps + 1) * frame;
  if (whole <= limit) return AdjointMemory{integration_steps, 1, static_cast<std::size_t>(whole)};
  const double segment = std::clamp(std::ceil(std::sqrt(steps * checkpoint / frame)), 1.0, steps);
  const double segments = std::ceil(steps / segment);
  const double needed = segments * checkpoint + (segment + 1) * frame;
  if (needed > limit) {
    return fail(ErrorCode::kDoesNotFit,
                "adjoint: {} integration steps need at least {:.0f} bytes for checkpoints, and the memory budget is {} "
                "bytes; raise the budget, or take fewer trials at a time",
                integration_steps, needed, budget);
  }
  return AdjointMemory{static_cast<std::size_t>(segment), static_cast<std::size_t>(segments),
                       static_cast<std::size_t>(needed)};
}

Result<AdjointMemory> plan_adjoint_memory(const Dynamics& dynamics, AdjointMode mode, std::size_t batch,
                                          std::size_t steps, std::size_t memory_budget) {
  const State shape = dynamics.initial_state(batch);
  return cut_run(steps * static_cast<std::size_t>(dynamics.substeps()), checkpoint_bytes(shape),
                 AdjointTape::frame_bytes(shape, mode), memory_budget);
}

}  // namespace vle
