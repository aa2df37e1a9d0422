#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>
#include <vle/network/activation.hpp>
#include <vle/random/philox.hpp>
#include <vle/random/stream.hpp>
#include <vle/target/signal_codes.hpp>

#include "kernels/dispatch.hpp"

namespace vle::emulator {
namespace {

bool same_bytes(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

struct Evaluated {
  std::vector<float> r, slope;
};

Evaluated evaluate(const Kernels& kernels, Activation activation, const std::vector<float>& x) {
  Evaluated out{std::vector<float>(x.size()), std::vector<float>(x.size())};
  const ShapeRun run{0, static_cast<std::uint32_t>(x.size()), static_cast<std::uint32_t>(activation), 1, 1};
  kernels.evaluate_shape(run, x.data(), out.r.data(), out.slope.data());
  return out;
}

std::vector<float> sweep() {
  std::vector<float> x;
  for (int i = -60000; i <= 60000; ++i) x.push_back(static_cast<float>(i) * 5e-4f);
  for (const float extreme : {0.0f, -0.0f, 1e-30f, -1e-30f, 100.0f, -100.0f, 1e30f, -1e30f}) x.push_back(extreme);
  return x;
}

class KernelShapes : public testing::TestWithParam<Activation> {};
INSTANTIATE_TEST_SUITE_P(Activations, KernelShapes, testing::ValuesIn(kActivations),
                         [](const auto& tested) { return std::string(name_of(tested.param)); });

TEST_P(KernelShapes, AgreeWithTheReferenceToSinglePrecision) {
  const std::vector<float> x = sweep();
  const Evaluated out = evaluate(best_kernels(), GetParam(), x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto exact = static_cast<double>(x[i]);
    const double r = phi(GetParam(), exact);
    ASSERT_NEAR(static_cast<double>(out.r[i]), r, 2.5e-7 * std::max(1e-3, std::abs(r))) << exact;
    ASSERT_NEAR(static_cast<double>(out.slope[i]), phi_prime(GetParam(), exact), 3e-7) << exact;
  }
}

TEST_P(KernelShapes, GiveTheSameBitsOnEveryInstructionSet) {
  const std::vector<float> x = sweep();
  const Evaluated portable = evaluate(kPortableKernels, GetParam(), x);
  for (const Kernels* kernels : available_kernels()) {
    const Evaluated out = evaluate(*kernels, GetParam(), x);
    EXPECT_TRUE(same_bytes(out.r, portable.r)) << kernels->name;
    EXPECT_TRUE(same_bytes(out.slope, portable.slope)) << kernels->name;
  }
}

std::vector<float> normals(const Kernels& kernels, const NoisePosition& position, std::uint32_t groups) {
  std::vector<float> out(groups * 4);
  kernels.fill_normals(position, static_cast<std::uint32_t>(Stream::kMembraneNoise), groups, out.data());
  return out;
}

TEST(KernelNormals, GiveTheSameBitsOnEveryInstructionSetAndForEveryLength) {
  const NoisePosition position{{5, 6}, 1234, 9, 40};
  const std::vector<float> portable = normals(kPortableKernels, position, 70);
  for (const Kernels* kernels : available_kernels()) {
    EXPECT_TRUE(same_bytes(normals(*kernels, position, 70), portable)) << kernels->name;
    for (const std::uint32_t groups : {1u, 4u, 15u, 16u, 17u}) {
      const std::vector<float> part(portable.begin(), portable.begin() + groups * 4);
      EXPECT_TRUE(same_bytes(normals(*kernels, position, groups), part)) << kernels->name << " " << groups;
    }
  }
}

// Box-Muller of the words that Random123 gives, in float64.
TEST(KernelNormals, ComeFromPhiloxByBoxMuller) {
  const NoisePosition position{{0xdeadbeef, 0x12345678}, 77, 3, 11};
  const std::vector<float> out = normals(best_kernels(), position, 50);
  for (std::uint32_t group = 0; group < 50; ++group) {
    const auto words =
        philox({position.key[0], position.key[1]}, {position.substep, position.trial, position.first_group + group,
                                                    static_cast<std::uint32_t>(Stream::kMembraneNoise)});
    for (std::size_t pair = 0; pair < 2; ++pair) {
      const double first = (static_cast<double>(words[2 * pair] >> 9) + 0.5) * 0x1p-23;
      const double turns = static_cast<double>(words[2 * pair + 1] >> 8) * 0x1p-24;
      const double radius = std::sqrt(-2 * std::log(first));
      EXPECT_NEAR(static_cast<double>(out[4 * group + 2 * pair]), radius * std::cos(2 * M_PI * turns), 2e-6);
      EXPECT_NEAR(static_cast<double>(out[4 * group + 2 * pair + 1]), radius * std::sin(2 * M_PI * turns), 2e-6);
    }
  }
}

/// A core of random tables, stepped a few hundred times. Rate circuits differ by `spread`; without one, there are no
/// tables of them.
std::vector<float> run_core(const Kernels& kernels, std::optional<float> spread = std::nullopt) {
  constexpr std::size_t kColumns = 48;
  constexpr std::size_t kRows = 32;
  std::vector<float> random(4096 * 4);
  kernels.fill_normals({{1, 2}, 3, 4, 0}, 1, 4096, random.data());
  std::size_t used = 0;
  const auto take = [&](std::size_t count, float scale, float shift) {
    std::vector<float> values(count);
    for (float& value : values) value = shift + scale * std::tanh(random[used++]);
    return values;
  };
  const auto forward = take(kColumns * kRows, 0.3f, 0), backward = take(kColumns * kRows, 0.2f, 0);
  const auto bias = take(kColumns, 0.1f, 0), a = take(kColumns, 0.2f, 0.4f), b = take(kColumns, 0.2f, 0.4f);
  const auto lead_u = take(kColumns, 0.3f, 0.5f), lead_v = take(kColumns, 0.5f, 1), g0 = take(kColumns, 0.5f, 0);
  const auto g1 = take(kColumns, 0.5f, 0), gamma = take(kColumns, 0.1f, 0.2f), beta = take(kColumns, 0.2f, 0.3f);
  const auto pole = take(kColumns, 0.3f, 0.6f), noise = take(kColumns, 0.01f, 0.01f), offset = take(kColumns, 0.01f, 0);
  const ShapeRun runs[] = {{0, 20, 1, 4, 0.8f}, {20, 30, 2, 2, 1}, {30, 40, 3, 2, 0.5f}, {40, 48, 4, 1, 1}};
  CoreTables core{kColumns,
                  kRows,
                  kRows,
                  forward.data(),
                  backward.data(),
                  bias.data(),
                  a.data(),
                  lead_u.data(),
                  b.data(),
                  lead_v.data(),
                  g0.data(),
                  g1.data(),
                  gamma.data(),
                  beta.data(),
                  pole.data(),
                  offset.data(),
                  offset.data(),
                  offset.data(),
                  noise.data(),
                  noise.data(),
                  runs,
                  4,
                  1.0f,
                  1.5f};
  std::vector<std::vector<float>> state(11, std::vector<float>(kColumns, 0));
  std::vector<float> rows = take(kRows, 0.5f, 0), scratch(2 * kColumns);
  CoreSignals signals{state[0].data(), state[1].data(), state[2].data(), state[3].data(), state[4].data(),
                      state[5].data(), state[6].data(), state[7].data(), state[8].data(), rows.data(),
                      rows.data(),     state[9].data(), scratch.data()};
  const auto slope = take(kColumns, spread.value_or(0), 1), amplitude = take(kColumns, spread.value_or(0), 1);
  if (spread) {
    core.rate_slope = slope.data();
    core.rate_amplitude = amplitude.data();
  }
  std::vector<float> history;
  Saturations saturations;
  for (std::uint32_t step = 0; step < 300; ++step) {
    kernels.step_core(core, signals, {{1, 2}, step, 0, 0}, saturations);
    for (std::size_t i = 0; i < kRows; ++i) rows[i] = 0.5f * (state[4][i] + state[7][kColumns - 1 - i]);
    for (const auto& array : state) history.insert(history.end(), array.begin(), array.end());
  }
  history.push_back(static_cast<float>(saturations.s + saturations.u + saturations.r + saturations.e + saturations.v));
  return history;
}

TEST(KernelCodes, AreThoseOfASignalConverter) {
  const SignalCodes converter(8, 0.7);
  std::vector<float> signals = {0.0f, -0.0f, 1e30f, -1e30f, std::numeric_limits<float>::max()};
  for (int k = -1100; k <= 1100; ++k) signals.push_back(converter.lsb() * 0.125f * static_cast<float>(k));
  std::int64_t saturated = 0;
  std::vector<float> held;
  for (const float signal : signals) {
    held.push_back(converter.decode(converter.encode(static_cast<double>(signal), 0, saturated)));
  }
  ASSERT_GT(saturated, 3);
  for (const Kernels* kernels : available_kernels()) {
    std::vector<float> coded = signals;
    EXPECT_EQ(kernels->hold_codes(converter.lsb(), converter.full_code(), static_cast<std::uint32_t>(coded.size()),
                                  coded.data()),
              saturated);
    for (std::size_t i = 0; i < coded.size(); ++i) EXPECT_EQ(coded[i], held[i]) << kernels->name << ": " << signals[i];
  }
}

TEST(KernelStep, GivesTheSameBitsOnEveryInstructionSet) {
  const std::vector<float> portable = run_core(kPortableKernels);
  for (const Kernels* kernels : available_kernels())
    EXPECT_TRUE(same_bytes(run_core(*kernels), portable)) << kernels->name;
}

TEST(KernelStep, TakesEachRateCircuitByItself) {
  EXPECT_TRUE(same_bytes(run_core(kPortableKernels, 0.0f), run_core(kPortableKernels))) << "factors of 1";
  const std::vector<float> portable = run_core(kPortableKernels, 0.2f);
  EXPECT_FALSE(same_bytes(portable, run_core(kPortableKernels)));
  for (const Kernels* kernels : available_kernels()) {
    EXPECT_TRUE(same_bytes(run_core(*kernels, 0.2f), portable)) << kernels->name;
  }
}

}  // namespace
}  // namespace vle::emulator
