#pragma once

#include <vector>

#include "bench_group.hpp"

// What is measured, one function a subject.
namespace vle::bench {

/// The reference's single precision on the shapes of the peers: forward alone, with errors, with learning.
std::vector<GroupRecipe> reference_groups(Extent extent);
/// Cost per synapse from 64 to 8192 neurons, and of sparse projections.
std::vector<GroupRecipe> scale_groups(Extent extent);
/// The same shapes as reference_groups() on the emulated chip, learning included.
std::vector<GroupRecipe> chip_groups(Extent extent);
/// A full chip with all effects against the reference; noise.
std::vector<GroupRecipe> full_chip_groups(Extent extent);
/// Compiling one million and sixteen million synapses.
std::vector<GroupRecipe> compile_groups(Extent extent);
/// What a second thread brings.
std::vector<GroupRecipe> thread_groups(Extent extent);
/// Upload and round trip of the link over loopback TCP.
std::vector<GroupRecipe> link_groups(Extent extent);

}  // namespace vle::bench
