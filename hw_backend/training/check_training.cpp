#include "check_training.hpp"

namespace vle::training {
namespace {

bool learns(const Network& network) {
  const PlasticityDescription& plasticity = network.plasticity;
  return plasticity.eta_weights > 0 || plasticity.eta_bias > 0 || plasticity.eta_tau > 0 || plasticity.eta_tau_r > 0;
}

}  // namespace

Result<> check_plasticity(const Network& network) {
  if (learns(network)) return {};
  return fail(ErrorCode::kInvalidInput,
              "network \"{}\": every learning rate is 0, so nothing would be learned; give its plasticity "
              "eta_weights_per_second or another eta",
              network.name);
}

Result<> check_training(const Network& network, const AdjointSignals& signals) {
  if (auto checked = check_plasticity(network); !checked) return checked;
  const std::size_t steps = signals.batch * signals.steps;
  const auto inputs = static_cast<std::size_t>(network.input_channels());
  const auto targets = static_cast<std::size_t>(network.target_channels());
  if (targets == 0)
    return fail(ErrorCode::kInvalidInput, "network \"{}\" has no output to give a target", network.name);
  if (steps > 0 && signals.inputs.size() == steps * inputs && signals.targets.size() == steps * targets) return {};
  return fail(ErrorCode::kInvalidInput,
              "training: {} input and {} target values; {} trials of {} steps of {} input and {} target channels are "
              "wanted",
              signals.inputs.size(), signals.targets.size(), signals.batch, signals.steps, inputs, targets);
}

}  // namespace vle::training
