#pragma once

#include <vle/network/learning.hpp>

#include "vle/v1/network.pb.h"

namespace vle::io {

// The learning settings of network.proto as those of core/network; build_network() finds what is wrong with them.
[[nodiscard]] GainLearning read_gain_learning(const v1::LearnedGains& given);
[[nodiscard]] PlasticityDescription read_plasticity(const v1::Plasticity& given);

}  // namespace vle::io
