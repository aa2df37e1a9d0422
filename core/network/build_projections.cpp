#include <algorithm>
#include <cmath>
#include <memory>

#include "build.hpp"
#include "connect.hpp"
#include "resolve.hpp"

namespace vle {
namespace {

/// Resolves one projection between two nodes that are known by name.
class ProjectionBuilder {
 public:
  ProjectionBuilder(const NetworkDescription& description, std::size_t index, NamedNode from, NamedNode to,
                    Mistakes& mistakes)
      : description_(description),
        given_(description.projections[index]),
        path_(fmt::format("projection[{}]", index)),
        name_(given_.from + "->" + given_.to),
        object_(fmt::format("projection \"{}\"", name_)),
        from_(from),
        to_(to),
        mistakes_(mistakes) {}

  ConnectionRequest request() const {
    return {given_.connectivity, from_.size, to_.size, path_ + ".connectivity", object_, name_};
  }

  Projection build(bool may_draw) {
    Projection projection;
    projection.name = name_;
    projection.from = from_.source;
    projection.to = to_.source.index;
    projection.backward = from_.source.is_input ? BackwardRule::kNone : given_.backward;
    projection.plastic = given_.plastic;
    if (may_draw && from_.size > 0 && to_.size > 0) {
      connection_ = connect(request(), description_.seed, mistakes_);
      projection.synapses = connection_.synapses;
    }
    if (given_.weights.is_given()) {
      projection.synapses.values = weights(given_.weights, "weights", "weights");
    } else {
      mistakes_.add(path_ + ".weights", "{}: weights are missing", object_);
    }
    if (!from_.source.is_input) add_backward(projection);
    return projection;
  }

 private:
  void add_backward(Projection& projection) {
    const bool has_own = given_.backward == BackwardRule::kFixedRandom || given_.backward == BackwardRule::kMirror;
    if (!has_own) {
      if (given_.backward_weights.is_given()) {
        mistakes_.add(path_ + ".backward.weights", "{}: backward weights are given, but its backward rule is {}",
                      object_, given_.backward == BackwardRule::kNone ? "NONE" : "TRANSPOSE, which takes B = W^T");
      }
      return;
    }
    ParameterDescription left_out;
    left_out.distribution = Distribution{Distribution::Kind::kFanInNormal, 1, 0, std::nullopt};
    projection.backward_values = weights(given_.backward_weights.is_given() ? given_.backward_weights : left_out,
                                         "backward.weights", "backward weights");
  }

  std::vector<double> weights(const ParameterDescription& given, const std::string& field, const std::string& name) {
    ParameterField parameter{given,   connection_.is_valid ? connection_.count : -1,
                             shape(), path_ + "." + field,
                             object_, name_,
                             name,    "",
                             {},      fan_in_by_element()};
    std::vector<double> listed = resolve(parameter, description_.seed, mistakes_);
    if (connection_.listed.empty() || listed.empty()) return listed;
    std::vector<double> sorted(listed.size());
    for (std::size_t k = 0; k < sorted.size(); ++k) sorted[k] = listed[connection_.listed[k]];
    return sorted;
  }

  std::string shape() const {
    if (given_.connectivity.kind == ConnectivityDescription::Kind::kDense) {
      return fmt::format("{} x {}, post x pre, row by row", to_.size, from_.size);
    }
    return "one per synapse";
  }

  // Fan-in of the neuron that receives synapse k of the description's list.
  std::function<std::int64_t(std::int64_t)> fan_in_by_element() const {
    const Synapses& synapses = connection_.synapses;
    if (!connection_.is_valid || synapses.is_dense()) return [pre_size = from_.size](std::int64_t) { return pre_size; };
    auto fan_in = std::make_shared<std::vector<std::int64_t>>(static_cast<std::size_t>(connection_.count));
    synapses.for_each([&](std::int64_t post, std::int64_t, std::size_t k) {
      (*fan_in)[connection_.listed.empty() ? k : connection_.listed[k]] = synapses.fan_in(post);
    });
    return [fan_in](std::int64_t k) { return (*fan_in)[static_cast<std::size_t>(k)]; };
  }

  const NetworkDescription& description_;
  const ProjectionDescription& given_;
  std::string path_;
  std::string name_;
  std::string object_;
  NamedNode from_;
  NamedNode to_;
  Connection connection_;
  Mistakes& mistakes_;
};

// Both ends by name; false where one is unknown or not allowed.
bool find_ends(const NetworkDescription& description, std::size_t index, const NodeTable& nodes, NamedNode& from,
               NamedNode& to, Mistakes& mistakes) {
  const ProjectionDescription& given = description.projections[index];
  const std::string path = fmt::format("projection[{}]", index);
  const auto found_from = nodes.find(given.from);
  if (found_from == nodes.end()) {
    mistakes.add(path + ".from", "projection[{}]: from \"{}\" is neither an input nor a population; there are: {}",
                 index, given.from, list_names(description, true));
  }
  const auto found_to = nodes.find(given.to);
  if (found_to == nodes.end()) {
    mistakes.add(path + ".to", "projection[{}]: to \"{}\" is not a population; there are: {}", index, given.to,
                 list_names(description, false));
  } else if (found_to->second.source.is_input) {
    mistakes.add(path + ".to", "projection[{}]: to \"{}\" is an input, and inputs receive nothing; there are: {}",
                 index, given.to, list_names(description, false));
  }
  if (found_from == nodes.end() || found_to == nodes.end() || found_to->second.source.is_input) return false;
  from = found_from->second;
  to = found_to->second;
  return true;
}

}  // namespace

void build_projections(const NetworkDescription& description, const NodeTable& nodes, Network& network,
                       Mistakes& mistakes) {
  std::map<std::pair<std::string, std::string>, std::size_t> seen;
  double total = 0;
  for (std::size_t i = 0; i < description.projections.size(); ++i) {
    const ProjectionDescription& given = description.projections[i];
    NamedNode from;
    NamedNode to;
    if (!find_ends(description, i, nodes, from, to, mistakes)) continue;
    const auto [first, is_new] = seen.emplace(std::make_pair(given.from, given.to), i);
    if (!is_new) {
      mistakes.add(fmt::format("projection[{}]", i),
                   "projection \"{}->{}\" is given before, as projection[{}]; make one of "
                   "the two",
                   given.from, given.to, first->second);
      continue;
    }
    ProjectionBuilder builder(description, i, from, to, mistakes);
    const bool had_room = total <= static_cast<double>(kMaxSynapses);
    if (from.size > 0 && to.size > 0) total += expected_synapses(builder.request());
    const bool has_room = total <= static_cast<double>(kMaxSynapses);
    if (had_room && !has_room) {
      mistakes.add(fmt::format("projection[{}].connectivity", i),
                   "projection \"{}->{}\": the network has {:.0f} synapses up to here, above the limit of {}; make the "
                   "populations smaller or the projection sparse",
                   given.from, given.to, total, kMaxSynapses);
    }
    network.projections.push_back(builder.build(has_room));
  }
}

}  // namespace vle
