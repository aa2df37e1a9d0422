#pragma once

#include <vle/dynamics/adjoint.hpp>

namespace vle::training {

/// Whether anything of the network would learn. Errors: kInvalidInput.
[[nodiscard]] Result<> check_plasticity(const Network& network);

/// Whether anything of the network would learn, and whether the signals have its shape. Errors: kInvalidInput.
[[nodiscard]] Result<> check_training(const Network& network, const AdjointSignals& signals);

}  // namespace vle::training
