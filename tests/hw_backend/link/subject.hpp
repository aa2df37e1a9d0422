#pragma once

#include "networks.hpp"
#include "run_on_chip.hpp"
#include "targets.hpp"

namespace vle::link::test {

/// What the tests of this folder load and run: a small network on the coarse target.
inline Network subject_network() {
  return make_graph(graph_names().front());
}
inline Stimulus subject_stimulus(std::int64_t batch, std::int64_t steps) {
  return make_sines(subject_network(), batch, steps);
}
inline std::shared_ptr<const ParameterMap> subject_map() {
  return compile_for(subject_network(), coarse_target(), subject_stimulus(1, 50));
}

}  // namespace vle::link::test
