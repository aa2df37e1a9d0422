#include "sources.hpp"

#include <numeric>

namespace vle {

Sources::Sources(const Network& network)
    : network_(network),
      inputs_(network.input_channels()),
      incoming_(network.populations.size()),
      returning_(network.populations.size()),
      transposed_(network.projections.size()) {
  for (const Population& population : network.populations) {
    first_.push_back(neurons_);
    neurons_ += population.size;
  }
  for (std::size_t p = 0; p < network.projections.size(); ++p) {
    const Projection& projection = network.projections[p];
    incoming_[static_cast<std::size_t>(projection.to)].push_back(p);
    if (projection.from.is_input || projection.backward == BackwardRule::kNone) continue;
    returning_[static_cast<std::size_t>(projection.from.index)].push_back(p);
    if (projection.synapses.is_dense()) continue;
    Transposed& transposed = transposed_[p];
    transposed.start.assign(static_cast<std::size_t>(projection.synapses.pre_size) + 1, 0);
    transposed.receiver.resize(projection.synapses.values.size());
    for (const std::uint32_t sender : projection.synapses.column) ++transposed.start[sender + 1];
    std::partial_sum(transposed.start.begin(), transposed.start.end(), transposed.start.begin());
    std::vector<std::uint32_t> next = transposed.start;
    projection.synapses.for_each([&](std::int64_t post, std::int64_t pre, std::size_t) {
      transposed.receiver[next[static_cast<std::size_t>(pre)]++] = static_cast<std::uint32_t>(post);
    });
  }
}

std::int64_t Sources::of_sender(const Projection& projection, std::int64_t pre) const {
  if (projection.from.is_input)
    return network_.inputs[static_cast<std::size_t>(projection.from.index)].first_channel + pre;
  return of_neuron(projection.from.index, pre);
}

Sources::Receivers Sources::receivers(std::size_t projection, std::int64_t pre) const {
  const Transposed& transposed = transposed_[projection];
  const std::uint32_t* data = transposed.receiver.data();
  return {data + transposed.start[static_cast<std::size_t>(pre)],
          data + transposed.start[static_cast<std::size_t>(pre) + 1]};
}

}  // namespace vle
