#pragma once

#include <cstdint>
#include <vector>
#include <vle/network/network.hpp>

namespace vle {

/// Everything that can drive a row, in one numbering: input channels first, then the neurons, population by population.
/// Knows, for each neuron, what drives its forward and its backward column.
class Sources {
 public:
  explicit Sources(const Network& network);

  std::int64_t count() const { return inputs_ + neurons_; }
  std::int64_t inputs() const { return inputs_; }
  bool is_input(std::int64_t source) const { return source < inputs_; }
  std::int64_t of_neuron(std::int64_t population, std::int64_t neuron) const {
    return inputs_ + first_[static_cast<std::size_t>(population)] + neuron;
  }
  /// The source that pre-synaptic index `pre` of a projection stands for.
  std::int64_t of_sender(const Projection& projection, std::int64_t pre) const;

  /// Projections into and (where errors travel back) out of a population, as indices.
  const std::vector<std::size_t>& incoming(std::int64_t population) const {
    return incoming_[static_cast<std::size_t>(population)];
  }
  const std::vector<std::size_t>& returning(std::int64_t population) const {
    return returning_[static_cast<std::size_t>(population)];
  }
  /// The receivers of sender `pre` of a projection that is not dense, ascending.
  struct Receivers {
    const std::uint32_t* begin_;
    const std::uint32_t* end_;
    const std::uint32_t* begin() const { return begin_; }
    const std::uint32_t* end() const { return end_; }
  };
  Receivers receivers(std::size_t projection, std::int64_t pre) const;

 private:
  struct Transposed {
    std::vector<std::uint32_t> start;
    std::vector<std::uint32_t> receiver;
  };
  const Network& network_;
  std::int64_t inputs_ = 0;
  std::int64_t neurons_ = 0;
  std::vector<std::int64_t> first_;
  std::vector<std::vector<std::size_t>> incoming_;
  std::vector<std::vector<std::size_t>> returning_;
  std::vector<Transposed> transposed_;
};

}  // namespace vle
