#pragma once

#include <vle/network/learning.hpp>

#include "vle/v1/network.pb.h"

namespace vle::io {

// The learning settings of network.proto as those of core/network; build_network() finds what is wrong with them.
[[nodiscard]] GainLearning read_gain_learning(const v1::LearnedGains& given);
[[nodiscard]] PlasticityDescription read_plasticity(const v1::Plasticity& given);

void write_gain_learning(const GainLearning& learning, v1::LearnedGains& out);
void write_plasticity(const PlasticityDescription& plasticity, v1::Plasticity& out);

}  // namespace vle::io
