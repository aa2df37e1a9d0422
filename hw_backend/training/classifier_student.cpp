#include "classifier_student.hpp"

namespace vle::training {
namespace {

/// One step of every trial of a stimulus, of `channels` channels.
SignalView step_of(const std::vector<double>& values, std::int64_t channels, std::int64_t step, std::int64_t steps) {
  return {values.data() + step * channels, static_cast<std::size_t>(steps * channels)};
}

Result<Backend*> load(Backend& backend, Network network) {
  if (auto loaded = backend.load(std::make_shared<const Network>(std::move(network))); !loaded) {
    return tl::unexpected(loaded.error());
  }
  return &backend;
}

}  // namespace

ReferenceStudent::ReferenceStudent(const Network& network, std::size_t batch, ReferenceOptions options)
    : learner_(Dynamics(std::make_shared<const Network>(network), {options.substeps})),
      backend_(make_reference_backend(options)) {
  now_ = {learner_.dynamics().initial_parameters(), learner_.dynamics().initial_state(batch),
          learner_.initial_state(batch)};
}

Result<std::optional<double>> ReferenceStudent::learn(const Stimulus& trials, const std::stop_token& stop) {
  now_.state = learner_.dynamics().initial_state(static_cast<std::size_t>(trials.batch));
  learner_.start_trial(now_.learning);
  double loss = 0;
  for (std::int64_t step = 0; step < trials.steps; ++step) {
    if (stop.stop_requested()) return std::optional<double>{};
    const auto view = [&](const std::vector<double>& values, std::int64_t channels) {
      return SignalView{values.data() + step * channels, static_cast<std::size_t>(trials.steps * channels)};
    };
    const SignalView targets = view(trials.targets, trials.target_channels);
    // The target of a step judges the rates before it.
    measure_energy(learner_.dynamics(), now_.parameters, now_.state, targets, energy_);
    for (const double cost : energy_.cost) loss += cost;
    learner_.step(now_.parameters, now_.state, now_.learning,
                  step_of(trials.inputs, trials.input_channels, step, trials.steps), targets);
  }
  return std::optional(loss / static_cast<double>(trials.steps * trials.batch));
}

Network ReferenceStudent::network() const {
  return with_parameters(learner_.dynamics().network(), now_.parameters);
}

Result<Backend*> ReferenceStudent::backend() {
  return load(*backend_, network());
}

SweepStudent::SweepStudent(const Network& network, std::size_t batch, ReferenceOptions options)
    : network_(std::make_shared<const Network>(network)),
      dynamics_(network_, {batch, options.substeps}),
      backend_(make_reference_backend(options)) {}

Result<std::optional<double>> SweepStudent::learn(const Stimulus& trials, const std::stop_token& stop) {
  dynamics_.rest();
  double loss = 0;
  for (std::int64_t step = 0; step < trials.steps; ++step) {
    if (stop.stop_requested()) return std::optional<double>{};
    dynamics_.learn(step_of(trials.inputs, trials.input_channels, step, trials.steps),
                    step_of(trials.targets, trials.target_channels, step, trials.steps));
    loss += dynamics_.last_loss();
  }
  return std::optional(loss / static_cast<double>(trials.steps * trials.batch));
}

Network SweepStudent::network() const {
  Parameters parameters = Dynamics(network_).initial_parameters();
  dynamics_.read(parameters);
  return with_parameters(*network_, parameters);
}

Result<Backend*> SweepStudent::backend() {
  return load(*backend_, network());
}

}  // namespace vle::training
