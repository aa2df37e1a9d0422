#pragma once

#include <vle/dynamics/dynamics.hpp>
#include <vle/network/network.hpp>

#include "tables.hpp"

namespace vle {

/// Whether learning is more than plain steps at constant rates, which the sweep over the weights takes itself.
bool gathers_directions(const Network& network);

/// Makes room for what learning remembers, where gathers_directions() says so.
void make_memory(const Network& network, double integration_dt, SweepTables& tables);

/// After a step that gathered: gains follow their statistics, and parameters move where `update_every` steps are
/// gathered. As Learner does, but for the width of the numbers.
void finish_learning(const Network& network, double integration_dt, SweepTables& tables);

}  // namespace vle
