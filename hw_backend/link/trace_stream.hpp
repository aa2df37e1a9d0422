#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

#include "session.hpp"

namespace vle::link {

/// How a run went.
struct RunOutcome {
  bool stopped = false;         ///< on request, before its last step
  std::int64_t steps_done = 0;  ///< settling not included
  v1::RunStateReply state;      ///< at the end, with its counters
};

/// Starts a run on the board and fetches its codes while it goes on, `expected` bytes of them, or a prefix where the
/// run was stopped. `take` gets them in their order; its error ends the run. A block that is lost on the way is fetched
/// again; one that the board has overwritten is an error.
[[nodiscard]] Result<RunOutcome> stream_run(Session& session, const v1::RunRequest& run, std::size_t expected,
                                            const std::stop_token& stop,
                                            const std::function<Result<>(std::span<const std::uint8_t>)>& take);

}  // namespace vle::link
