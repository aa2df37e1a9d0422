#pragma once

#include <cstdint>
#include <string>
#include <vector>
#include <vle/network/description.hpp>
#include <vle/network/network.hpp>

#include "mistakes.hpp"

namespace vle {

/// A projection between two sides of known size, whose synapses are to be found.
struct ConnectionRequest {
  const ConnectivityDescription& given;
  std::int64_t pre_size = 0;
  std::int64_t post_size = 0;
  std::string path;         ///< `projection[2].connectivity`
  std::string object;       ///< `projection "a->b"`
  std::string object_name;  ///< `a->b`: part of the key of the sparse draw
};

/// Synapses without weights, and how they were listed.
struct Connection {
  bool is_valid = false;
  Synapses synapses;                  ///< `values` is empty
  std::int64_t count = 0;             ///< of synapses
  std::vector<std::uint32_t> listed;  ///< position in the description's list of each synapse; empty: in the same order
};

/// How many synapses the request asks for, at most about; before anything is allocated.
double expected_synapses(const ConnectionRequest& request);

/// Finds the synapses. Mistakes (coordinates, sizes, probability) are added to `mistakes`.
Connection connect(const ConnectionRequest& request, std::uint64_t network_seed, Mistakes& mistakes);

}  // namespace vle
