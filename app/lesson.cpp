#include "lesson.hpp"

#include <vle/io/files.hpp>

#include "stimulus.hpp"

namespace vle::app {

AdjointSignals Lesson::signals() const {
  AdjointSignals signals;
  signals.batch = static_cast<std::size_t>(stimulus.batch);
  signals.steps = static_cast<std::size_t>(stimulus.steps);
  signals.inputs = stimulus.inputs;
  signals.targets = stimulus.targets;
  return signals;
}

Result<Lesson> read_lesson(const Arguments& arguments) {
  auto network = read_network(arguments.text("NETWORK"));
  if (!network) return tl::unexpected(network.error());
  const Subject subject{std::make_shared<const Network>(std::move(*network)), nullptr};
  auto stimulus = read_stimulus(arguments, subject);
  if (!stimulus) return tl::unexpected(stimulus.error());
  return Lesson{subject.network, std::move(*stimulus)};
}

}  // namespace vle::app
