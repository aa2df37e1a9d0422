#pragma once

#include <cstdint>
#include <span>
#include <vector>
#include <vle/network/network.hpp>

#include "sources.hpp"

namespace vle {

/// What each receiver of a projection gets over it, receiver after receiver: over W the receiving neurons from the
/// senders, over B the senders from those who receive over W. Senders ascending.
class IncomingWeights {
 public:
  /// All three must outlive this.
  IncomingWeights(const Network& network, const Sources& sources, const Projection& projection, bool backward);

  struct OfReceiver {
    std::span<const std::int64_t> sources;
    std::span<const double> weights;
  };
  /// Of receiver `receiver`, until the next call. Receivers ascending.
  OfReceiver of(std::size_t receiver);

 private:
  OfReceiver forward(std::size_t receiver);
  OfReceiver backward_of_dense(std::size_t receiver);
  OfReceiver backward_of_sparse(std::size_t receiver);
  void gather_columns(std::size_t first);

  const Sources& sources_;
  const Projection& projection_;
  std::size_t index_;  ///< of the projection in its network
  bool backward_;
  std::vector<std::int64_t> all_sources_;  ///< dense: of every sender
  std::vector<std::int64_t> some_sources_;
  std::vector<double> weights_;
  std::vector<double> columns_;  ///< of some receivers of a dense B, one after another
  std::size_t first_column_ = 0;
  std::size_t column_count_ = 0;
};

}  // namespace vle
