#pragma once

#include <cstddef>
#include <vle/dynamics/adjoint.hpp>
#include <vle/dynamics/dynamics.hpp>
#include <vle/dynamics/parameters.hpp>

namespace vle::training {

/// Sets the learned gains of every error neuron to their least-squares best over a window, where running means of a
/// long time constant settle on signals that repeat: vle/dynamics/gain.hpp, with means over all steps of the window
/// behind `settling_steps` and over all trials. The window is played until the gains of all layers stand, the top layer
/// first; at most `most_passes` times, which only recurrent networks and those with gamma above 0 need. Nothing else of
/// `parameters` moves. Returns the passes taken.
std::size_t fit_gains(const Dynamics& dynamics, const AdjointSignals& signals, std::size_t settling_steps,
                      Parameters& parameters, std::size_t most_passes = 30);

}  // namespace vle::training
