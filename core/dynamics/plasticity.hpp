#pragma once

#include <vle/dynamics/adjoint.hpp>
#include <vle/dynamics/dynamics.hpp>

namespace vle {

/// Adds the gradients of the local rules (vle/dynamics/rule.hpp) of the integration step at hand, averaged over the
/// batch, to every array of `gradients` that is not empty. Called at the learning place of a step: e and drive are of
/// this step, r is of the step before. Dense and sparse synapses add in the order of their values.
void add_local_gradients(const Dynamics& dynamics, const Parameters& parameters, const State& state,
                         Gradients& gradients);

}  // namespace vle
