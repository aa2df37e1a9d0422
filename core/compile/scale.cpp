#include <algorithm>
#include <cmath>

#include "passes.hpp"

namespace vle {
namespace {

const Population& population_at(const Network& network, std::int64_t index) {
  return network.populations[static_cast<std::size_t>(index)];
}

/// The largest |W| of a projection, or of its B.
double largest_weight(const Projection& projection, bool backward) {
  double largest = 0;
  for (std::size_t k = 0; k < projection.synapses.values.size(); ++k) {
    largest = std::max(largest, std::abs(backward ? projection.backward_value(k) : projection.synapses.values[k]));
  }
  return largest;
}

// A signal fills the rail with its range and headroom; an unknown range (0) leaves the scale at 1.
double filling_scale(double rail, double range, double headroom) {
  return range > 0 ? rail / (range * headroom) : 1.0;
}

/// Lowers scales until every projection's weights are within reach of the column gain. A scale of a receiver is bounded
/// by its senders' scales, so bounds travel along the projections, at most once per population.
class ScaleLimits {
 public:
  ScaleLimits(const Network& network, const Target& target)
      : network_(network),
        forward_reach_(target.dac(ParameterKind::kColumnGain).max_value()),
        backward_reach_(target.dac(ParameterKind::kBackwardColumnGain).max_value()) {
    for (const Projection& projection : network.projections) {
      forward_.push_back(largest_weight(projection, false));
      backward_.push_back(projection.from.is_input ? 0 : largest_weight(projection, true));
    }
  }

  void limit_membranes(Scales& scales, const std::vector<double>& rate_per_membrane) const {
    for (std::size_t round = 0; round <= network_.populations.size(); ++round) {
      for (std::size_t k = 0; k < network_.projections.size(); ++k) {
        const Projection& projection = network_.projections[k];
        const auto to = static_cast<std::size_t>(projection.to);
        if (forward_[k] == 0 || !is_homogeneous(population_at(network_, projection.to).activation)) continue;
        const auto from = static_cast<std::size_t>(projection.from.index);
        const double sender = projection.from.is_input ? scales.inputs[from] : scales.populations[from].rate;
        SignalScales& receiver = scales.populations[to];
        receiver.membrane = std::min(receiver.membrane, forward_reach_ * sender / forward_[k]);
        receiver.rate = receiver.membrane * rate_per_membrane[to];
      }
    }
  }

  void limit_errors(Scales& scales) const {
    for (std::size_t round = 0; round <= network_.populations.size(); ++round) {
      for (std::size_t k = 0; k < network_.projections.size(); ++k) {
        if (backward_[k] == 0) continue;
        const Projection& projection = network_.projections[k];
        double& receiver = scales.populations[static_cast<std::size_t>(projection.from.index)].error;
        const double sender = scales.populations[static_cast<std::size_t>(projection.to)].error;
        receiver = std::min(receiver, backward_reach_ * sender / backward_[k]);
      }
    }
  }

 private:
  const Network& network_;
  double forward_reach_;
  double backward_reach_;
  std::vector<double> forward_;
  std::vector<double> backward_;
};

}  // namespace

// tanh and sigmoid circuits fix the scales of their membrane and rate. Linear and rectified signals fill the rail with
// their range, errors likewise, as far as gains and nudging strength can follow.
Scales choose_scales(const Network& network, const Target& target, const SignalRanges& ranges, double headroom) {
  const double rail = target.rail > 0 ? target.rail : 1.0;
  Scales scales;
  std::vector<double> rate_per_membrane;
  for (const double range : ranges.inputs) scales.inputs.push_back(range > 0 ? target.input_dac.range / range : 1.0);
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const SignalRange& range = ranges.populations[p];
    const PhiShape& shape = *target.find_shape(network.populations[p].activation);
    const double slope = shape.amplitude / shape.input_scale;
    SignalScales own{shape.input_scale, shape.amplitude, filling_scale(rail, range.error, headroom)};
    if (is_homogeneous(shape.activation)) {
      own.membrane = filling_scale(rail, std::max(range.membrane, range.rate * slope), headroom);
      own.rate = own.membrane * slope;
    }
    scales.populations.push_back(own);
    rate_per_membrane.push_back(slope);
  }
  const ScaleLimits limits(network, target);
  limits.limit_membranes(scales, rate_per_membrane);
  const double beta_reach = target.dac(ParameterKind::kBeta).max_value();
  for (const Output& output : network.outputs) {
    SignalScales& own = scales.populations[static_cast<std::size_t>(output.population)];
    if (output.beta > 0) own.error = std::min(own.error, beta_reach * own.rate / output.beta);
  }
  limits.limit_errors(scales);
  return scales;
}

}  // namespace vle
