#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vle/network/description.hpp>
#include <vle/network/network.hpp>

#include "mistakes.hpp"

namespace vle {

/// The inputs and populations that projections and outputs may name. They share one set of names.
struct NamedNode {
  Source source;
  std::int64_t size = -1;  ///< -1: declared with a wrong size
};
using NodeTable = std::map<std::string, NamedNode, std::less<>>;

/// True where a size is one that a population or an input may have.
bool is_size_valid(std::int64_t size);

/// Checks the name and size of every input and population; the network gets its inputs.
NodeTable declare_nodes(const NetworkDescription& description, Network& network, Mistakes& mistakes);

/// Resolves the parameters of every population. Without `may_draw` nothing is allocated, and given values are checked.
void build_populations(const NetworkDescription& description, bool may_draw, Network& network, Mistakes& mistakes);

/// Finds the synapses of every projection and resolves their weights.
void build_projections(const NetworkDescription& description, const NodeTable& nodes, Network& network,
                       Mistakes& mistakes);

/// Checks the rates of learning, its optimiser and its schedules.
void check_plasticity(const NetworkDescription& description, Mistakes& mistakes);

/// `input "x", population "hidden", ...`: the names that could have been meant.
std::string list_names(const NetworkDescription& description, bool with_inputs);

}  // namespace vle
