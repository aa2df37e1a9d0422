#pragma once

#include <cstddef>
#include <vector>

#include "bench_group.hpp"
#include "shapes.hpp"

// What the machine can do: the work that a step cannot be without, done by the plainest loops and by OpenBLAS.
namespace vle::bench {

/// Floats on huge pages where the system has them, set to small values.
class Block {
 public:
  explicit Block(std::size_t count);
  ~Block();
  Block(Block&& other) noexcept;
  Block& operator=(Block&&) = delete;
  Block(const Block&) = delete;

  float* data() { return first_; }
  const float* data() const { return first_; }
  std::size_t size() const { return count_; }

 private:
  float* first_ = nullptr;
  std::size_t count_ = 0;
};

/// Reads arrays of these sizes (floats) once from one end to the other.
Measurement read_sweep(std::vector<std::size_t> counts);
/// Reads and writes every element of such arrays once.
Measurement update_sweep(std::vector<std::size_t> counts);
/// 10^6 fused multiply-adds, in as many lanes as the processor has, on registers alone.
Measurement fused_peak();

/// The matrices of a stack with the products of a step, as a sequence of BLAS calls: gemv and ger for a single trial,
/// gemm for a batch.
struct Products {
  bool forward = true;
  bool backward = false;  ///< W^T e of every layer but the first, whose senders are inputs
  bool update = false;    ///< W += e r^T
};
Measurement blas(const Shape& shape, Products products);

/// The weights of a stack, an array a projection.
std::vector<std::size_t> weights_of(const Shape& shape);

}  // namespace vle::bench
