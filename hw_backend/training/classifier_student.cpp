#include "classifier_student.hpp"

namespace vle::training {

ReferenceStudent::ReferenceStudent(const Network& network, std::size_t batch)
    : learner_(Dynamics(std::make_shared<const Network>(network))), backend_(make_reference_backend()) {
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
    learner_.step(now_.parameters, now_.state, now_.learning, view(trials.inputs, trials.input_channels), targets);
  }
  return std::optional(loss / static_cast<double>(trials.steps * trials.batch));
}

Network ReferenceStudent::network() const {
  return with_parameters(learner_.dynamics().network(), now_.parameters);
}

Result<Backend*> ReferenceStudent::backend() {
  if (auto loaded = backend_->load(std::make_shared<const Network>(network())); !loaded) {
    return tl::unexpected(loaded.error());
  }
  return backend_.get();
}

}  // namespace vle::training
