#include "limits.hpp"

#include <cblas.h>
#include <sys/mman.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vle/result/check.hpp>

#include "limit_kernels.hpp"

namespace vle::bench {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

std::vector<Block> blocks_of(const std::vector<std::size_t>& counts) {
  std::vector<Block> blocks;
  for (const std::size_t count : counts) blocks.emplace_back(count);
  return blocks;
}

/// One projection as BLAS sees it.
struct Layer {
  Layer(std::int64_t receivers, std::int64_t senders, std::size_t batch)
      : rows(static_cast<int>(receivers)),
        columns(static_cast<int>(senders)),
        trials(static_cast<int>(batch)),
        weights(static_cast<std::size_t>(receivers * senders)),
        r(static_cast<std::size_t>(senders) * batch),
        s(static_cast<std::size_t>(receivers) * batch),
        e(static_cast<std::size_t>(receivers) * batch),
        backward(static_cast<std::size_t>(senders) * batch) {}

  int rows;
  int columns;
  int trials;
  Block weights, r, s, e, backward;
};

constexpr float kTiny = 1e-9f;  // keeps W where it is

void call_blas(Layer& x, Products products, bool sends_back) {
  if (x.trials == 1) {
    if (products.forward) {
      cblas_sgemv(CblasRowMajor, CblasNoTrans, x.rows, x.columns, 1, x.weights.data(), x.columns, x.r.data(), 1, 0,
                  x.s.data(), 1);
    }
    if (products.backward && sends_back) {
      cblas_sgemv(CblasRowMajor, CblasTrans, x.rows, x.columns, 1, x.weights.data(), x.columns, x.e.data(), 1, 0,
                  x.backward.data(), 1);
    }
    if (products.update) {
      cblas_sger(CblasRowMajor, x.rows, x.columns, kTiny, x.e.data(), 1, x.r.data(), 1, x.weights.data(), x.columns);
    }
    return;
  }
  if (products.forward) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, x.rows, x.trials, x.columns, 1, x.weights.data(), x.columns,
                x.r.data(), x.trials, 0, x.s.data(), x.trials);
  }
  if (products.backward && sends_back) {
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, x.columns, x.trials, x.rows, 1, x.weights.data(), x.columns,
                x.e.data(), x.trials, 0, x.backward.data(), x.trials);
  }
  if (products.update) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, x.rows, x.columns, x.trials, kTiny, x.e.data(), x.trials,
                x.r.data(), x.trials, 1, x.weights.data(), x.columns);
  }
}

}  // namespace

Block::Block(std::size_t count) : count_(count) {
  const std::size_t bytes = (count * sizeof(float) + kHugePage - 1) / kHugePage * kHugePage;
  first_ = static_cast<float*>(std::aligned_alloc(kHugePage, bytes));
  VLE_CHECK(first_ != nullptr, "no memory for {} bytes", bytes);
  if (bytes > kHugePage) madvise(first_, bytes, MADV_HUGEPAGE);  // a system without them has small ones
  for (std::size_t i = 0; i < count; ++i) first_[i] = 1e-3f * static_cast<float>(i % 7);
}

Block::Block(Block&& other) noexcept
    : first_(std::exchange(other.first_, nullptr)), count_(std::exchange(other.count_, 0)) {}

Block::~Block() {
  std::free(first_);
}

Measurement read_sweep(std::vector<std::size_t> counts) {
  return {"limit: read sweep", [counts = std::move(counts)] {
            auto blocks = std::make_shared<std::vector<Block>>(blocks_of(counts));
            return Work([blocks] {
              for (const Block& block : *blocks) keep_sum(read_all(block.data(), block.size()));
            });
          }};
}

Measurement update_sweep(std::vector<std::size_t> counts) {
  return {"limit: read-and-write sweep", [counts = std::move(counts)] {
            auto blocks = std::make_shared<std::vector<Block>>(blocks_of(counts));
            return Work([blocks] {
              for (Block& block : *blocks) update_all(block.data(), block.size());
            });
          }};
}

Measurement fused_peak() {
  return {"limit: fused multiply-adds, 10^6",
          [] { return Work([] { keep_sum(multiply_add_in_registers(1'000'000)); }); }};
}

Measurement blas(const Shape& shape, Products products) {
  std::string name = shape.batch == 1 ? "limit: BLAS" : "limit: BLAS gemm";
  if (products.forward) name += shape.batch == 1 ? " gemv" : ", forward";
  if (products.backward) name += shape.batch == 1 ? " + gemv^T" : " + backward";
  if (products.update) name += shape.batch == 1 ? " + ger" : " + update";
  return {std::move(name), [shape, products] {
            openblas_set_num_threads(1);
            auto layers = std::make_shared<std::vector<Layer>>();
            for (std::size_t i = 1; i < shape.layers.size(); ++i) {
              layers->emplace_back(shape.layers[i], shape.layers[i - 1], shape.batch);
            }
            return Work([layers, products] {
              for (std::size_t i = 0; i < layers->size(); ++i) call_blas((*layers)[i], products, i > 0);
            });
          }};
}

std::vector<std::size_t> weights_of(const Shape& shape) {
  std::vector<std::size_t> counts;
  for (std::size_t i = 1; i < shape.layers.size(); ++i) {
    counts.push_back(static_cast<std::size_t>(shape.layers[i - 1] * shape.layers[i]));
  }
  return counts;
}

}  // namespace vle::bench
