#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>
#include <vle/network/description.hpp>

namespace vle {

/// The seed of a draw that has none of its own: the network's, joined with a hash of the names of object and field that
/// is the same on every machine. So adding a population never changes the parameters of another.
std::uint64_t derive_seed(std::uint64_t network_seed, std::string_view object, std::string_view field);

/// Element `index` of a parameter with this distribution. `fan_in` is used by kFanInNormal alone.
double draw_parameter(const Distribution& distribution, std::uint64_t seed, std::int64_t index, std::int64_t fan_in);

/// Which of `pre_size` senders have a synapse onto receiver `post`, each with this probability; ascending. Skips from
/// one synapse to the next, so the cost is that of the synapses there are.
std::vector<std::uint32_t> draw_senders(double probability, std::uint64_t seed, std::int64_t post,
                                        std::int64_t pre_size);

}  // namespace vle
