#include "teacher.hpp"

#include <algorithm>
#include <limits>
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
  const std::int64_t lag = std::min(lag_, trials.steps - 1) * channels;
  if (lag == 0) return {};
  for (std::int64_t trial = 0; trial < trials.batch; ++trial) {
    const auto first = trials.targets.begin() + trial * trials.steps * channels;
    const auto end = first + trials.steps * channels;
    const std::vector<double> at_first(first, first + channels);
    std::copy_backward(first, end - lag, end);
    for (std::int64_t k = 0; k < lag; ++k) first[k] = at_first[static_cast<std::size_t>(k % channels)];
  }
  return {};
}

std::int64_t measure_lag(const SignalTrace& shown, std::int64_t every, const Stimulus& taught, std::int64_t most) {
  const std::int64_t channels = taught.target_channels;
  std::int64_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::int64_t lag = 0; lag <= most; ++lag) {
    double sum = 0;
    for (std::size_t k = 0; k < shown.size(); ++k) {
      const auto place = static_cast<std::int64_t>(k);
      const std::int64_t trial = place / (shown.samples * channels);
      const std::int64_t step = std::max<std::int64_t>(place / channels % shown.samples * every - lag, 0);
      const double target =
          taught.targets[static_cast<std::size_t>((trial * taught.steps + step) * channels + place % channels)];
      sum += (shown.value(k) - target) * (shown.value(k) - target);
    }
    if (sum >= least) continue;
    least = sum;
    best = lag;
  }
  return best;
}

}  // namespace vle::training
