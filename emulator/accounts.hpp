#pragma once

#include <vle/backend/backend.hpp>

#include "chip.hpp"
#include "trial.hpp"

namespace vle::emulator {

/// Fills cycles, energy, saturations and device time of a report. `steps` counts settling; cycles and energy are those
/// of loading once and of one trial, saturations those of the whole batch.
///
/// Units: bus (register words), analog (sub-steps), dac (inputs and targets), adc (read-out), link (words between
/// cores). Conversions and links run beside the analog core, so device time is loading plus analog time.
void fill_accounts(const RunPlan& plan, const TrialCounts& counts, std::int64_t steps, RunReport& report);

/// Refuses recordings that the read-out cannot make in the time between samples.
[[nodiscard]] Result<> check_readout(const RunPlan& plan);

}  // namespace vle::emulator
