#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

namespace vle::training {

/// Calls work(0) .. work(count - 1), each once, on up to `threads` threads, in the order of the index as far as threads
/// are free. Calls that have not begun when `stop` is requested are left out. `work` must not throw.
void run_each(std::size_t count, int threads, const std::stop_token& stop,
              const std::function<void(std::size_t)>& work);

}  // namespace vle::training
