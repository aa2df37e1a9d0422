#include "incoming_weights.hpp"

#include <algorithm>

namespace vle {

IncomingWeights::IncomingWeights(const Network& network, const Sources& sources, const Projection& projection,
                                 bool backward)
    : sources_(sources),
      projection_(projection),
      index_(static_cast<std::size_t>(&projection - network.projections.data())),
      backward_(backward) {
  const Synapses& synapses = projection.synapses;
  if (!synapses.is_dense()) return;
  const std::int64_t senders = backward ? synapses.post_size : synapses.pre_size;
  for (std::int64_t i = 0; i < senders; ++i) {
    all_sources_.push_back(backward ? sources.of_neuron(projection.to, i) : sources.of_sender(projection, i));
  }
}

IncomingWeights::OfReceiver IncomingWeights::of(std::size_t receiver) {
  if (!backward_) return forward(receiver);
  return projection_.synapses.is_dense() ? backward_of_dense(receiver) : backward_of_sparse(receiver);
}

IncomingWeights::OfReceiver IncomingWeights::forward(std::size_t receiver) {
  const Synapses& synapses = projection_.synapses;
  const std::span<const double> all(synapses.values);
  if (synapses.is_dense()) return {all_sources_, all.subspan(receiver * all_sources_.size(), all_sources_.size())};
  const std::size_t first = synapses.row_start[receiver];
  const std::size_t end = synapses.row_start[receiver + 1];
  some_sources_.clear();
  for (std::size_t k = first; k < end; ++k) {
    some_sources_.push_back(sources_.of_sender(projection_, synapses.column[k]));
  }
  return {some_sources_, all.subspan(first, end - first)};
}

IncomingWeights::OfReceiver IncomingWeights::backward_of_dense(std::size_t receiver) {
  if (receiver < first_column_ || receiver >= first_column_ + column_count_) gather_columns(receiver);
  const std::size_t senders = all_sources_.size();
  return {all_sources_, std::span<const double>(columns_).subspan((receiver - first_column_) * senders, senders)};
}

// B is stored by those who send it, so its columns lie across; taking as many as a cache line holds reads each line
// once.
void IncomingWeights::gather_columns(std::size_t first) {
  constexpr std::size_t kColumns = 16;
  const Synapses& synapses = projection_.synapses;
  const auto receivers = static_cast<std::size_t>(synapses.pre_size);
  const std::size_t senders = all_sources_.size();
  first_column_ = first;
  column_count_ = std::min(kColumns, receivers - first);
  columns_.resize(kColumns * senders);
  const bool transposed = projection_.backward == BackwardRule::kTranspose;
  const std::vector<double>& values = transposed ? synapses.values : projection_.backward_values;
  for (std::size_t i = 0; i < senders; ++i) {
    const double* row = values.data() + i * receivers + first;
    for (std::size_t c = 0; c < column_count_; ++c) columns_[c * senders + i] = row[c];
  }
}

IncomingWeights::OfReceiver IncomingWeights::backward_of_sparse(std::size_t receiver) {
  const Synapses& synapses = projection_.synapses;
  some_sources_.clear();
  weights_.clear();
  for (const std::uint32_t post : sources_.receivers(index_, static_cast<std::int64_t>(receiver))) {
    const auto begin = synapses.column.begin() + synapses.row_start[post];
    const auto end = synapses.column.begin() + synapses.row_start[post + 1];
    const auto k = std::lower_bound(begin, end, static_cast<std::uint32_t>(receiver)) - synapses.column.begin();
    some_sources_.push_back(sources_.of_neuron(projection_.to, post));
    weights_.push_back(projection_.backward_value(static_cast<std::size_t>(k)));
  }
  return {some_sources_, weights_};
}

}  // namespace vle
