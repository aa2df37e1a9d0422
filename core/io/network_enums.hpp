#pragma once

#include <optional>
#include <vle/network/description.hpp>

#include "vle/v1/network.pb.h"

namespace vle::io {

// Enums of network.proto as those of core/network, and back. Empty: unspecified without a default, or unknown (protobuf
// lets any number through).
[[nodiscard]] std::optional<Integrator> to_integrator(v1::Integrator integrator);
[[nodiscard]] std::optional<Activation> to_activation(v1::Activation activation);
[[nodiscard]] std::optional<BackwardRule> to_backward_rule(v1::BackwardRule rule);
[[nodiscard]] std::optional<Loss> to_loss(v1::Loss loss);
[[nodiscard]] std::optional<GainMethod> to_gain_method(v1::GainMethod method);
[[nodiscard]] std::optional<Eligibility> to_eligibility(v1::Eligibility eligibility);

[[nodiscard]] v1::Activation to_proto(Activation activation);
[[nodiscard]] v1::BackwardRule to_proto(BackwardRule rule);
[[nodiscard]] v1::Loss to_proto(Loss loss);
[[nodiscard]] v1::Integrator to_proto(Integrator integrator);
[[nodiscard]] v1::GainMethod to_proto(GainMethod method);
[[nodiscard]] v1::Eligibility to_proto(Eligibility eligibility);

}  // namespace vle::io
