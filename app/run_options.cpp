#include "run_options.hpp"

#include <algorithm>
#include <thread>

#include "recording_list.hpp"

namespace vle::app {

Result<RunOptions> read_run_options(const Arguments& arguments) {
  constexpr std::int64_t kMaxThreads = 1024;
  RunOptions options;
  options.seed = static_cast<std::uint64_t>(arguments.count("--seed").value_or(0));
  options.first_trial = arguments.count("--first-trial").value_or(0);
  options.settle_steps = arguments.count("--settle").value_or(0);
  options.every = arguments.count("--every").value_or(1);
  options.learn = arguments.has("--learn");
  const std::int64_t processors = std::max(1U, std::thread::hardware_concurrency());
  options.threads = static_cast<int>(std::min(kMaxThreads, arguments.count("--threads").value_or(processors)));
  if (const auto list = arguments.find("--record")) {
    auto recordings = parse_recordings(*list);
    if (!recordings) return tl::unexpected(recordings.error());
    options.recordings = std::move(*recordings);
  }
  return options;
}

}  // namespace vle::app
