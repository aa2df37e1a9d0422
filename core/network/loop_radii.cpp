#include "loop_radii.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "loop_matrix.hpp"

namespace vle {
namespace {

/// The strongly connected components that hold a loop: component of each node, kNoComponent outside loops.
struct Components {
  std::vector<std::uint32_t> of_node;
  std::uint32_t count = 0;
};

/// Tarjan's algorithm (SIAM J. Comput. 1(2), 1972), with a stack of its own in place of recursion.
class ComponentSearch {
 public:
  explicit ComponentSearch(const LoopMatrix& matrix)
      : matrix_(matrix), order_(matrix.size(), kUnseen), low_(matrix.size(), 0) {
    found_.of_node.assign(matrix.size(), LoopMatrix::kNoComponent);
  }

  Components run() {
    for (std::size_t root = 0; root < matrix_.size(); ++root) {
      if (order_[root] == kUnseen) visit_from(static_cast<std::uint32_t>(root));
    }
    return std::move(found_);
  }

 private:
  static constexpr std::uint32_t kUnseen = 0xffffffff;
  static constexpr std::uint32_t kClosed = 0xfffffffe;  ///< in `low_`: its component is complete
  struct Frame {
    std::uint32_t node = 0;
    bool has_self_loop = false;
    LoopMatrix::Cursor cursor;
  };

  void enter(std::uint32_t node) {
    order_[node] = low_[node] = next_order_++;
    open_.push_back(node);
    path_.push_back({node, false, {}});
  }

  void visit_from(std::uint32_t root) {
    enter(root);
    while (!path_.empty()) {
      Frame& frame = path_.back();
      const std::uint32_t node = frame.node;
      std::uint32_t next = 0;
      if (matrix_.next(node, frame.cursor, next)) {
        if (next == node) frame.has_self_loop = true;
        if (order_[next] == kUnseen) {
          enter(next);
        } else if (low_[next] != kClosed) {
          low_[node] = std::min(low_[node], order_[next]);
        }
        continue;
      }
      const bool has_self_loop = frame.has_self_loop;
      path_.pop_back();
      const std::uint32_t low = low_[node];
      if (low == order_[node]) close(node, has_self_loop);
      if (!path_.empty() && low_[node] != kClosed) {
        std::uint32_t& parent_low = low_[path_.back().node];
        parent_low = std::min(parent_low, low);
      }
    }
  }

  void close(std::uint32_t node, bool has_self_loop) {
    const bool is_loop = open_.back() != node || has_self_loop;
    std::uint32_t member = 0;
    do {
      member = open_.back();
      open_.pop_back();
      low_[member] = kClosed;
      if (is_loop) found_.of_node[member] = found_.count;
    } while (member != node);
    if (is_loop) ++found_.count;
  }

  const LoopMatrix& matrix_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> low_;
  std::vector<std::uint32_t> open_;
  std::vector<Frame> path_;
  std::uint32_t next_order_ = 0;
  Components found_;
};

/// An upper bound of every component's spectral radius, all at once. For any x > 0 the radius of an irreducible
/// nonnegative matrix lies between the least and the largest (M x)_i / x_i (Collatz, Wielandt), so the bound holds
/// wherever the iteration stops. The iterate follows M + c with c half the bound, which also settles periodic loops.
class RadiusBound {
 public:
  RadiusBound(const LoopMatrix& matrix, const Components& components)
      : matrix_(matrix),
        components_(components),
        x_(matrix.size(), 1.0),
        y_(matrix.size(), 0.0),
        least_(components.count),
        largest_(components.count),
        peak_(components.count) {}

  std::vector<double> run() {
    constexpr double kMostVisits = 2e9;
    constexpr int kMostRounds = 10000;
    std::vector<double> bound(components_.count, std::numeric_limits<double>::infinity());
    const double most_rounds = std::clamp(kMostVisits / matrix_.visits(), 20.0, double{kMostRounds});
    for (int round = 0; round < most_rounds; ++round) {
      multiply();
      bool is_settled = true;
      for (std::uint32_t c = 0; c < components_.count; ++c) {
        bound[c] = std::min(bound[c], largest_[c]);
        is_settled = is_settled && (!std::isfinite(largest_[c]) || largest_[c] - least_[c] <= 1e-10 * largest_[c]);
      }
      if (is_settled) break;
      advance();
    }
    return bound;
  }

 private:
  void multiply() {
    matrix_.multiply_within(components_.of_node, x_, y_);
    std::fill(least_.begin(), least_.end(), std::numeric_limits<double>::infinity());
    std::fill(largest_.begin(), largest_.end(), 0.0);
    for (std::size_t i = 0; i < x_.size(); ++i) {
      const std::uint32_t c = components_.of_node[i];
      if (c == LoopMatrix::kNoComponent) continue;
      const double ratio = y_[i] / x_[i];
      least_[c] = std::min(least_[c], ratio);
      largest_[c] = std::max(largest_[c], ratio);
    }
  }

  void advance() {
    constexpr double kLeast = 1e-200;  // keeps x above 0, which the bound needs
    std::fill(peak_.begin(), peak_.end(), 0.0);
    for (std::size_t i = 0; i < x_.size(); ++i) {
      const std::uint32_t c = components_.of_node[i];
      if (c == LoopMatrix::kNoComponent || !std::isfinite(largest_[c])) continue;
      x_[i] = y_[i] + largest_[c] / 2 * x_[i];
      peak_[c] = std::max(peak_[c], x_[i]);
    }
    for (std::size_t i = 0; i < x_.size(); ++i) {
      const std::uint32_t c = components_.of_node[i];
      if (c == LoopMatrix::kNoComponent || !std::isfinite(largest_[c])) continue;
      x_[i] = std::max(x_[i] / peak_[c], kLeast);
    }
  }

  const LoopMatrix& matrix_;
  const Components& components_;
  std::vector<double> x_;
  std::vector<double> y_;
  std::vector<double> least_;
  std::vector<double> largest_;
  std::vector<double> peak_;
};

struct PartFindings {
  double radius = 0;
  std::vector<std::int64_t> populations;
};

PartFindings find_part(const Network& network, LoopPart part) {
  const LoopMatrix matrix(network, part);
  const Components components = ComponentSearch(matrix).run();
  if (components.count == 0) return {};
  const std::vector<double> bounds = RadiusBound(matrix, components).run();
  const auto worst = std::max_element(bounds.begin(), bounds.end());
  const auto worst_component = static_cast<std::uint32_t>(worst - bounds.begin());
  std::set<std::int64_t> populations;
  for (std::size_t node = 0; node < matrix.size(); ++node) {
    if (components.of_node[node] == worst_component) populations.insert(matrix.population_of(node));
  }
  return {*worst, {populations.begin(), populations.end()}};
}

// Without a way from errors to rates and one back, no loop runs through both.
bool has_joint_paths(const Network& network) {
  const auto couples = [](const Population& population) { return population.gamma > 0; };
  const auto nudges = [](const Output& output) { return output.beta != 0; };
  return std::any_of(network.populations.begin(), network.populations.end(), couples) &&
         std::any_of(network.outputs.begin(), network.outputs.end(), nudges);
}

}  // namespace

LoopFindings find_loops(const Network& network) {
  const PartFindings forward = find_part(network, LoopPart::kForward);
  const PartFindings backward = find_part(network, LoopPart::kBackward);
  PartFindings joint = forward.radius >= backward.radius ? forward : backward;
  if (has_joint_paths(network)) joint = find_part(network, LoopPart::kJoint);
  // The joint matrix holds both others, so its radius is the largest but for the last digits of the iteration.
  joint.radius = std::max({joint.radius, forward.radius, backward.radius});
  return {{forward.radius, backward.radius, joint.radius}, joint.populations};
}

LoopRadii bound_loop_radii(const Network& network) {
  return find_loops(network).radii;
}

}  // namespace vle
