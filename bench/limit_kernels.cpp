// Compiled once for each instruction set by foreach_target.h, and chosen at run time.
#include "limit_kernels.hpp"

#include <benchmark/benchmark.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "limit_kernels.cpp"
#include <hwy/foreach_target.h>
// After it, and in this order:
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace vle::bench::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Wide = hn::ScalableTag<float>;
using Vector = hn::Vec<Wide>;

float read_lanes(const float* values, std::size_t count) {
  constexpr Wide d;
  const std::size_t lanes = hn::Lanes(d);
  Vector sum0 = hn::Zero(d), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  std::size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    sum0 = hn::Add(sum0, hn::LoadU(d, values + i));
    sum1 = hn::Add(sum1, hn::LoadU(d, values + i + lanes));
    sum2 = hn::Add(sum2, hn::LoadU(d, values + i + 2 * lanes));
    sum3 = hn::Add(sum3, hn::LoadU(d, values + i + 3 * lanes));
  }
  float rest = 0;
  for (; i < count; ++i) rest += values[i];
  return rest + hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3))));
}

void update_lanes(float* values, std::size_t count) {
  constexpr Wide d;
  const std::size_t lanes = hn::Lanes(d);
  const Vector change = hn::Set(d, 1e-9f);
  std::size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    for (std::size_t k = 0; k < 4; ++k) {
      float* place = values + i + k * lanes;
      hn::StoreU(hn::Add(hn::LoadU(d, place), change), d, place);
    }
  }
  for (; i < count; ++i) values[i] += 1e-9f;
}

float multiply_add_lanes(std::size_t count) {
  constexpr Wide d;
  constexpr std::size_t kChains = 10;  // enough to hide the latency, few enough for 16 registers
  const Vector factor = hn::Set(d, 0.999f);
  const Vector term = hn::Set(d, 0.001f);
  Vector sum[kChains];
  for (std::size_t k = 0; k < kChains; ++k) sum[k] = hn::Set(d, static_cast<float>(k));
  for (std::size_t done = 0; done < count; done += kChains * hn::Lanes(d)) {
    for (std::size_t k = 0; k < kChains; ++k) sum[k] = hn::MulAdd(sum[k], factor, term);
  }
  for (std::size_t k = 1; k < kChains; ++k) sum[0] = hn::Add(sum[0], sum[k]);
  return hn::GetLane(hn::SumOfLanes(d, sum[0]));
}

}  // namespace
}  // namespace vle::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vle::bench {

HWY_EXPORT(read_lanes);
HWY_EXPORT(update_lanes);
HWY_EXPORT(multiply_add_lanes);

float read_all(const float* values, std::size_t count) {
  return HWY_DYNAMIC_DISPATCH(read_lanes)(values, count);
}

void update_all(float* values, std::size_t count) {
  HWY_DYNAMIC_DISPATCH(update_lanes)(values, count);
}

float multiply_add_in_registers(std::size_t count) {
  return HWY_DYNAMIC_DISPATCH(multiply_add_lanes)(count);
}

void keep_sum(float sum) {
  benchmark::DoNotOptimize(sum);
}

}  // namespace vle::bench
#endif
