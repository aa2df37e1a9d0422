#pragma once

#include <vle/v1/link.pb.h>

#include <vle/backend/backend.hpp>
#include <vle/backend/stimulus_codes.hpp>

namespace vle::link {

/// Adds what a board counted in one trial to a report: saturations sum up over the batch, cycles are those of the last
/// trial.
void add_counters(const v1::RunStateReply& state, RunReport& report);

/// Adds what the host's conversion cut off in the steps that were played: the first one held while settling.
void add_clipped(const StimulusCodes& stimulus, std::int64_t settle_steps, std::int64_t steps, RunReport& report);

}  // namespace vle::link
