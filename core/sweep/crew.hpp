#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace vle {

/// Threads that share out the parts of one piece of work after another. Between two pieces they spin for some
/// microseconds, as the steps of a run follow each other at once, and then sleep. One thread calls run() at a time.
class Crew {
 public:
  /// `threads`: at least 1, the caller of run() among them.
  explicit Crew(std::size_t threads);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  std::size_t size() const { return helpers_.size() + 1; }

  /// Calls work(part) for every part below `parts`, each once, on whichever thread is free; returns when all are done.
  template <class Work>
  void run(std::size_t parts, Work& work) {
    begin(
        parts, [](void* context, std::size_t part) { (*static_cast<Work*>(context))(part); }, &work);
  }

 private:
  using Call = void (*)(void* context, std::size_t part);
  void begin(std::size_t parts, Call call, void* context);
  void take_parts();
  void help();

  std::atomic<std::uint32_t> turn_{0};  ///< counts the pieces of work
  std::atomic<bool> is_over_{false};
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> busy_{0};  ///< helpers that have not finished this piece
  std::size_t parts_ = 0;
  Call call_ = nullptr;
  void* context_ = nullptr;
  std::vector<std::thread> helpers_;
};

}  // namespace vle
