#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>
#include <vle/network/network.hpp>

namespace vle {

/// Which instantaneous paths are looked at: rates alone, errors alone, or both with the paths between them.
enum class LoopPart { kForward, kBackward, kJoint };

/// The nonnegative matrix M of the instantaneous paths of a network, row by row, over the weights where they lie:
/// nothing is copied. A node is a neuron's rate r or its error e; with rho_i = tau_r/tau_m (or the lead ratios given),
///
///     M(r_i, r_j) = phi'_max rho_i |W_ij|                     M(r_i, e_i) = phi'_max rho_i gamma_i
///     M(e_i, e_k) = phi'_max (|g0| + |g1|/rho_i) |B_ik|       M(e_i, r_i) = phi'_max (|g0| + |g1|/rho_i) |beta|
///
/// The last holds at outputs; the softmax of cross entropy passes on less than that (its Jacobian has a norm of 1/2).
class LoopMatrix {
 public:
  LoopMatrix(const Network& network, LoopPart part);

  /// Where a walk along a row stands.
  struct Cursor {
    std::size_t block = 0;
    std::int64_t position = 0;
  };
  static constexpr std::uint32_t kNoComponent = std::numeric_limits<std::uint32_t>::max();

  std::size_t size() const { return row_factor_.size(); }
  /// Index of the population that a node belongs to.
  std::int64_t population_of(std::size_t node) const;
  /// Moves on to the next entry above 0 of row `node`; false at its end.
  bool next(std::size_t node, Cursor& cursor, std::uint32_t& column) const;
  /// y = M' x, with M' the entries between nodes of the same component.
  void multiply_within(std::span<const std::uint32_t> component, std::span<const double> x, std::span<double> y) const;
  /// Entries that one multiplication visits.
  double visits() const;

 private:
  struct Block {
    std::size_t group = 0;  ///< of its rows
    std::size_t column_offset = 0;
    const Synapses* synapses = nullptr;  ///< null: a diagonal with `scale`
    const double* values = nullptr;
    bool transposed = false;
    double scale = 1;
    std::vector<std::uint32_t> row_start;  ///< of the transpose of sparse synapses
    std::vector<std::uint32_t> column;
    std::vector<std::uint32_t> synapse;
  };
  /// The rates, or the errors, of one population.
  struct Group {
    std::size_t offset = 0;
    std::int64_t population = 0;
    std::vector<std::size_t> blocks;
  };
  struct Entry {
    std::uint32_t column = 0;
    double value = 0;
  };

  std::size_t add_group(const Network& network, std::size_t population, bool is_error);
  void add_block(Block block);
  static void index_transpose(Block& block);
  static std::int64_t row_size(const Block& block, std::size_t row);
  static Entry entry(const Block& block, std::size_t row, std::int64_t position);
  std::size_t group_of(std::size_t node) const;
  void multiply_diagonal(const Block& block, std::span<const std::uint32_t> component, std::span<const double> x,
                         std::span<double> y) const;
  void multiply_rows(const Block& block, std::span<const std::uint32_t> component, std::span<const double> x,
                     std::span<double> y) const;
  void multiply_transposed(const Block& block, std::span<const std::uint32_t> component, std::span<const double> x,
                           std::span<double> y) const;

  std::vector<double> row_factor_;
  std::vector<Group> groups_;
  std::vector<Block> blocks_;
};

}  // namespace vle
