#pragma once

#include <cstdint>
#include <vector>
#include <vle/network/network.hpp>

namespace vle {

/// The loop bounds, and who is in the loop with the largest.
struct LoopFindings {
  LoopRadii radii;
  std::vector<std::int64_t> populations;  ///< of that strongly connected component; empty: no loop
};
LoopFindings find_loops(const Network& network);

}  // namespace vle
