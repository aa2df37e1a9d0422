#include "projection_sums.hpp"

namespace vle {
namespace {

// Four receivers side by side hide the latency of the sums, and leave the order within each as it is.
void add_forward_dense_single(const Synapses& shape, const double* values, const double* pre, double* post) {
  const auto columns = static_cast<std::size_t>(shape.pre_size);
  const auto rows = static_cast<std::size_t>(shape.post_size);
  std::size_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    const double* row = values + i * columns;
    double sum[4] = {post[i], post[i + 1], post[i + 2], post[i + 3]};
    for (std::size_t j = 0; j < columns; ++j) {
      for (std::size_t lane = 0; lane < 4; ++lane) sum[lane] += row[lane * columns + j] * pre[j];
    }
    for (std::size_t lane = 0; lane < 4; ++lane) post[i + lane] = sum[lane];
  }
  for (; i < rows; ++i) {
    double sum = post[i];
    for (std::size_t j = 0; j < columns; ++j) sum += values[i * columns + j] * pre[j];
    post[i] = sum;
  }
}

void add_backward_dense_single(const Synapses& shape, const double* values, const double* post, double* pre) {
  const auto columns = static_cast<std::size_t>(shape.pre_size);
  for (std::size_t i = 0; i < static_cast<std::size_t>(shape.post_size); ++i) {
    const double error = post[i];
    const double* row = values + i * columns;
    for (std::size_t j = 0; j < columns; ++j) pre[j] += row[j] * error;
  }
}

void add_scaled(double factor, const double* from, double* to, std::size_t batch) {
  for (std::size_t trial = 0; trial < batch; ++trial) to[trial] += factor * from[trial];
}

}  // namespace

void add_forward(const Synapses& shape, std::span<const double> values, std::span<const double> pre,
                 std::span<double> post, std::size_t batch) {
  if (shape.is_dense() && batch == 1) return add_forward_dense_single(shape, values.data(), pre.data(), post.data());
  shape.for_each([&](std::int64_t i, std::int64_t j, std::size_t k) {
    add_scaled(values[k], pre.data() + static_cast<std::size_t>(j) * batch,
               post.data() + static_cast<std::size_t>(i) * batch, batch);
  });
}

void add_backward(const Synapses& shape, std::span<const double> values, std::span<const double> post,
                  std::span<double> pre, std::size_t batch) {
  if (shape.is_dense() && batch == 1) return add_backward_dense_single(shape, values.data(), post.data(), pre.data());
  shape.for_each([&](std::int64_t i, std::int64_t j, std::size_t k) {
    add_scaled(values[k], post.data() + static_cast<std::size_t>(i) * batch,
               pre.data() + static_cast<std::size_t>(j) * batch, batch);
  });
}

}  // namespace vle
