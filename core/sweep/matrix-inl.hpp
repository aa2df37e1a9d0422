// What projections do in a step, for one instruction set: included by kernels.cpp once for each.
#if defined(VLE_SWEEP_MATRIX_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef VLE_SWEEP_MATRIX_INL
#undef VLE_SWEEP_MATRIX_INL
#else
#define VLE_SWEEP_MATRIX_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <utility>

#include "tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace vle::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// The signals at both ends of a projection.
struct ProjectionSignals {
  const float* r = nullptr;   ///< of the senders, of the step before
  const float* e = nullptr;   ///< of the receivers, of this step
  float* s = nullptr;         ///< of the receivers: summed into
  float* backward = nullptr;  ///< of the senders: summed into; null for inputs
};

/// kRows rows of one trial: s += W r, backward += W^T e (or B^T e), in one pass.
template <std::size_t kRows, SendsBack kBack>
void read_rows(const SweepProjection& p, const ProjectionSignals& signals, std::size_t row) {
  using Wide = hn::CappedTag<float, kSweepBlock>;
  using Vector = hn::Vec<Wide>;
  constexpr Wide d;
  const float* w[kRows];
  const float* b[kRows];
  Vector sum[kRows];
  Vector error[kRows];
  for (std::size_t i = 0; i < kRows; ++i) {
    w[i] = p.weights.data() + (row + i) * p.stride;
    b[i] = kBack == SendsBack::kOwn ? p.backward.data() + (row + i) * p.stride : w[i];
    sum[i] = hn::Zero(d);
    error[i] = hn::Set(d, signals.e[row + i]);
  }
  const std::size_t columns = padded_to_block(p.columns);
  for (std::size_t j = 0; j < columns; j += hn::Lanes(d)) {
    const Vector r = hn::Load(d, signals.r + j);
    Vector back = kBack == SendsBack::kNothing ? hn::Zero(d) : hn::Load(d, signals.backward + j);
    for (std::size_t i = 0; i < kRows; ++i) {
      sum[i] = hn::MulAdd(hn::Load(d, w[i] + j), r, sum[i]);
      if constexpr (kBack != SendsBack::kNothing) back = hn::MulAdd(hn::Load(d, b[i] + j), error[i], back);
    }
    if constexpr (kBack != SendsBack::kNothing) hn::Store(back, d, signals.backward + j);
  }
  for (std::size_t i = 0; i < kRows; ++i) signals.s[row + i] += hn::GetLane(hn::SumOfLanes(d, sum[i]));
}

/// One row of one trial: s += W r, backward += W^T e (or B^T e), W += rate e r (and B with it), in one pass. One row
/// and not several, as the stores of one row after another are what the caches take fastest.
template <bool kDecays, SendsBack kBack>
void learn_row(const SweepRates& rates, SweepProjection& p, const ProjectionSignals& signals, std::size_t row) {
  using Wide = hn::CappedTag<float, kSweepBlock>;
  using Vector = hn::Vec<Wide>;
  constexpr Wide d;
  const Vector keep = hn::Set(d, rates.keep);
  const Vector error = hn::Set(d, signals.e[row]);
  const Vector change = hn::Set(d, rates.weights * signals.e[row]);
  const bool mirrored = kBack == SendsBack::kOwn && p.mirrored;
  float* w = p.weights.data() + row * p.stride;
  float* b = kBack == SendsBack::kOwn ? p.backward.data() + row * p.stride : nullptr;
  const auto learn = [&](Vector r, Vector old, float* place) {
    if constexpr (kDecays) old = hn::Mul(keep, old);
    hn::Store(hn::MulAdd(change, r, old), d, place);
  };
  const auto pass = [&](std::size_t j, Vector sum) {
    const Vector r = hn::Load(d, signals.r + j);
    const Vector weight = hn::Load(d, w + j);
    if constexpr (kBack == SendsBack::kTransposed) {
      hn::Store(hn::MulAdd(weight, error, hn::Load(d, signals.backward + j)), d, signals.backward + j);
    }
    if constexpr (kBack == SendsBack::kOwn) {
      const Vector own = hn::Load(d, b + j);
      hn::Store(hn::MulAdd(own, error, hn::Load(d, signals.backward + j)), d, signals.backward + j);
      if (mirrored) learn(r, own, b + j);
    }
    learn(r, weight, w + j);
    return hn::MulAdd(weight, r, sum);
  };
  const std::size_t columns = padded_to_block(p.columns);
  const std::size_t width = hn::Lanes(d);
  Vector even = hn::Zero(d);
  Vector odd = hn::Zero(d);
  std::size_t j = 0;
  for (; j + 2 * width <= columns; j += 2 * width) {
    even = pass(j, even);
    odd = pass(j + width, odd);
  }
  if (j < columns) even = pass(j, even);
  signals.s[row] += hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd)));
}

/// Receivers [begin, end) of a projection.
struct RowRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Many rows at a time read and write `backward` seldom.
template <SendsBack kBack>
void read_range(const SweepProjection& p, const ProjectionSignals& signals, RowRange rows) {
  constexpr std::size_t kRows = 4;
  std::size_t row = rows.begin;
  for (; row + kRows <= rows.end; row += kRows) read_rows<kRows, kBack>(p, signals, row);
  for (; row < rows.end; ++row) read_rows<1, kBack>(p, signals, row);
}

template <SendsBack kBack>
void sweep_range(const SweepRates& rates, SweepProjection& p, const ProjectionSignals& signals, bool learns,
                 RowRange rows) {
  if (!learns) return read_range<kBack>(p, signals, rows);
  const auto learn_all = [&](auto learn_one) {
    for (std::size_t row = rows.begin; row < rows.end; ++row) learn_one(rates, p, signals, row);
  };
  rates.keep == 1 ? learn_all(learn_row<false, kBack>) : learn_all(learn_row<true, kBack>);
}

void sweep_rows(const SweepRates& rates, SweepProjection& p, const ProjectionSignals& signals, bool learns,
                RowRange rows) {
  switch (p.sends_back) {
    case SendsBack::kNothing:
      return sweep_range<SendsBack::kNothing>(rates, p, signals, learns, rows);
    case SendsBack::kTransposed:
      return sweep_range<SendsBack::kTransposed>(rates, p, signals, learns, rows);
    case SendsBack::kOwn:
      return sweep_range<SendsBack::kOwn>(rates, p, signals, learns, rows);
  }
}

/// Left operand of a product: element (row, k) = first[row * row_step + k * k_step].
struct Operand {
  const float* first = nullptr;
  std::size_t row_step = 0;
  std::size_t k_step = 0;
};

/// A row-major array of which whole vectors are read or written.
template <class Float>
struct Rows {
  Float* first = nullptr;
  std::size_t stride = 0;
};

/// A tile of C = keep C + A B: kRows x kVectors vectors.
template <std::size_t kRows, std::size_t kVectors>
void multiply_tile(Operand a, Rows<const float> b, Rows<float> c, std::size_t depth, float keep) {
  using Wide = hn::CappedTag<float, kSweepBlock>;
  using Vector = hn::Vec<Wide>;
  constexpr Wide d;
  const std::size_t width = hn::Lanes(d);
  Vector sum[kRows][kVectors];
  for (std::size_t i = 0; i < kRows; ++i) {
    for (std::size_t n = 0; n < kVectors; ++n) {
      sum[i][n] = hn::Mul(hn::Set(d, keep), hn::Load(d, c.first + i * c.stride + n * width));
    }
  }
  for (std::size_t k = 0; k < depth; ++k) {
    Vector right[kVectors];
    for (std::size_t n = 0; n < kVectors; ++n) right[n] = hn::Load(d, b.first + k * b.stride + n * width);
    for (std::size_t i = 0; i < kRows; ++i) {
      const Vector left = hn::Set(d, a.first[i * a.row_step + k * a.k_step]);
      for (std::size_t n = 0; n < kVectors; ++n) sum[i][n] = hn::MulAdd(left, right[n], sum[i][n]);
    }
  }
  for (std::size_t i = 0; i < kRows; ++i) {
    for (std::size_t n = 0; n < kVectors; ++n) hn::Store(sum[i][n], d, c.first + i * c.stride + n * width);
  }
}

template <std::size_t kVectors>
void multiply_column(Operand a, Rows<const float> b, Rows<float> c, std::size_t rows, std::size_t depth, float keep) {
  constexpr std::size_t kRows = HWY_MAX_BYTES >= 64 ? 8 : 4;
  std::size_t i = 0;
  const auto at = [&](std::size_t row) {
    return std::pair{Operand{a.first + row * a.row_step, a.row_step, a.k_step},
                     Rows<float>{c.first + row * c.stride, c.stride}};
  };
  for (; i + kRows <= rows; i += kRows) {
    const auto tile = at(i);
    multiply_tile<kRows, kVectors>(tile.first, b, tile.second, depth, keep);
  }
  for (; i < rows; ++i) {
    const auto tile = at(i);
    multiply_tile<1, kVectors>(tile.first, b, tile.second, depth, keep);
  }
}

/// C = keep C + A B for C of rows x columns, the columns whole blocks.
void multiply(Operand a, Rows<const float> b, Rows<float> c, std::size_t rows, std::size_t columns, std::size_t depth,
              float keep) {
  constexpr std::size_t kVectors = 2;
  const std::size_t width = hn::Lanes(hn::CappedTag<float, kSweepBlock>{});
  std::size_t n = 0;
  for (; n + kVectors * width <= columns; n += kVectors * width) {
    multiply_column<kVectors>(a, {b.first + n, b.stride}, {c.first + n, c.stride}, rows, depth, keep);
  }
  for (; n < columns; n += width) {
    multiply_column<1>(a, {b.first + n, b.stride}, {c.first + n, c.stride}, rows, depth, keep);
  }
}

/// The rates of the senders times `factor`, as trials x senders, rows `p.stride` apart.
const float* turned_senders(SweepTables& tables, const SweepProjection& p, const ProjectionSignals& signals,
                            float factor) {
  float* senders = tables.transposed.data();
  for (std::size_t trial = 0; trial < tables.batch; ++trial) {
    float* row = senders + trial * p.stride;
    for (std::size_t j = 0; j < p.columns; ++j) row[j] = factor * signals.r[j * tables.lanes + trial];
    std::fill(row + p.columns, row + p.stride, 0.0f);
  }
  return senders;
}

/// Sum over the trials of the product of two neurons' signals.
float trial_product(const float* x, const float* y, std::size_t lanes) {
  using Wide = hn::CappedTag<float, kSweepBlock>;
  constexpr Wide d;
  hn::Vec<Wide> sum = hn::Zero(d);
  for (std::size_t t = 0; t < lanes; t += hn::Lanes(d)) sum = hn::MulAdd(hn::Load(d, x + t), hn::Load(d, y + t), sum);
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

/// W += rate sum over trials of e r^T, as a product.
void learn_wide(SweepTables& tables, SweepProjection& p, const ProjectionSignals& signals) {
  const std::size_t lanes = tables.lanes;
  const std::size_t stride = p.stride;
  const float* senders = turned_senders(tables, p, signals, tables.rates.weights);
  for (Floats* array : {&p.weights, p.mirrored ? &p.backward : nullptr}) {
    if (array == nullptr) continue;
    multiply({signals.e, lanes, 1}, {senders, stride}, {array->data(), p.stride}, p.rows, padded_to_block(p.columns),
             tables.batch, tables.rates.keep);
  }
}

/// The same for a handful of senders, synapse by synapse.
void learn_narrow(const SweepTables& tables, SweepProjection& p, const ProjectionSignals& signals) {
  const std::size_t lanes = tables.lanes;
  for (std::size_t i = 0; i < p.rows; ++i) {
    for (std::size_t j = 0; j < p.columns; ++j) {
      const float change = tables.rates.weights * trial_product(signals.e + i * lanes, signals.r + j * lanes, lanes);
      const std::size_t k = i * p.stride + j;
      p.weights[k] = tables.rates.keep * p.weights[k] + change;
      if (p.mirrored) p.backward[k] = tables.rates.keep * p.backward[k] + change;
    }
  }
}

void multiply_batch(SweepTables& tables, SweepProjection& p, const ProjectionSignals& signals, bool learns) {
  const std::size_t lanes = tables.lanes;
  multiply({p.weights.data(), p.stride, 1}, {signals.r, lanes}, {signals.s, lanes}, p.rows, lanes, p.columns, 1);
  if (p.sends_back != SendsBack::kNothing) {
    const Floats& back = p.sends_back == SendsBack::kOwn ? p.backward : p.weights;
    multiply({back.data(), 1, p.stride}, {signals.e, lanes}, {signals.backward, lanes}, p.columns, lanes, p.rows, 1);
  }
  if (learns) p.columns < kSweepBlock ? learn_narrow(tables, p, signals) : learn_wide(tables, p, signals);
}

}  // namespace
}  // namespace vle::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
