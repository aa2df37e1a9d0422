#pragma once

#include <memory>
#include <vle/dynamics/adjoint.hpp>

#include "arguments.hpp"
#include "subject.hpp"

namespace vle::app {

/// A network and what it is to learn.
struct Lesson {
  std::shared_ptr<const Network> network;
  Stimulus stimulus;

  /// The stimulus as the dynamics read it; valid while the lesson lives.
  AdjointSignals signals() const;
};

/// Reads NETWORK, --input, --target-signal and --steps.
[[nodiscard]] Result<Lesson> read_lesson(const Arguments& arguments);

}  // namespace vle::app
