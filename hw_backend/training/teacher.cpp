#include "teacher.hpp"

#include <utility>

namespace vle::training {

Result<Teacher> Teacher::create(std::shared_ptr<const Network> network, const Network& student) {
  const bool fits = network->outputs.size() == 1 && network->dt == student.dt &&
                    network->input_channels() == student.input_channels() &&
                    network->target_channels() == student.target_channels();
  if (!fits) {
    return fail(ErrorCode::kInvalidInput,
                "teacher \"{}\" takes {} inputs to {} outputs of {} channels in steps of {} s, student \"{}\" {} to {} "
                "in steps of {} s; a teacher is a network with the student's inputs, output and step",
                network->name, network->input_channels(), network->outputs.size(), network->target_channels(),
                network->dt, student.name, student.input_channels(), student.target_channels(), student.dt);
  }
  std::string output = network->populations[static_cast<std::size_t>(network->outputs.front().population)].name;
  auto backend = make_reference_backend({0, Precision::kSingle});
  if (auto loaded = backend->load(std::move(network)); !loaded) return tl::unexpected(loaded.error());
  return Teacher(std::move(backend), std::move(output));
}

Result<> Teacher::show(Stimulus& trials) const {
  const std::int64_t channels = std::exchange(trials.target_channels, 0);
  trials.targets.clear();
  RunOptions options;
  options.recordings = {{output_, Signal::kR}};
  auto traces = backend_->run(trials, options);
  if (!traces) return tl::unexpected(traces.error());
  trials.target_channels = channels;
  trials.targets = std::move(traces->signals.front().values);
  return {};
}

}  // namespace vle::training
