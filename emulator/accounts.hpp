#pragma once

#include <vle/backend/backend.hpp>

#include "chip.hpp"
#include "schedule.hpp"
#include "trial.hpp"

namespace vle::emulator {

/// What one trial of `steps`, settling included, asks of the units.
Workload workload_of(const RunPlan& plan, std::int64_t steps);

/// What an update of a core's engine works through.
LearningLoad load_of_core(const Chip& chip, std::size_t core, const PlasticityProgram& program);

/// Fills cycles, stalls, energy, phases, saturations and device time of a report, and a timeline where there is one.
/// `steps` counts settling; all are of loading once and of one trial, saturations those of the whole batch.
void fill_accounts(const RunPlan& plan, const TrialCounts& counts, std::int64_t steps, RunReport& report,
                   Timeline* timeline = nullptr);

/// Refuses recordings that the read-out cannot make in the time between samples.
[[nodiscard]] Result<> check_readout(const RunPlan& plan);

/// Refuses a period of updates that is shorter than one of them.
[[nodiscard]] Result<> check_learning_time(const Chip& chip, std::size_t core, const PlasticityProgram& program);

}  // namespace vle::emulator
