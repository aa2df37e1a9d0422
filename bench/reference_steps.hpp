#pragma once

#include <memory>
#include <string>
#include <vle/network/network.hpp>
#include <vle/sweep/sweep_dynamics.hpp>

#include "bench_group.hpp"

namespace vle::bench {

/// One step of the single-precision reference on every call, over a stimulus of some steps again and again.
/// `network`: called when the measurement is prepared.
Measurement reference_step(std::string name, std::function<std::shared_ptr<const Network>()> network,
                           SweepOptions options, bool learns);

}  // namespace vle::bench
