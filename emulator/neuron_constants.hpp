#pragma once

#include <array>
#include <cstdint>
#include <vector>
#include <vle/aligned/floats.hpp>
#include <vle/target/calibration.hpp>

#include "imperfections/rate_circuits.hpp"
#include "imperfections/silicon.hpp"

namespace vle::emulator {

/// The constants of a neuron's equations, as the kernels read them. The first ones fade with the cells that hold them.
enum class Constant : std::uint32_t {
  kBias,  ///< offset of s included
  kA,     ///< share of the distance that u goes in a sub-step
  kLeadU,
  kB,  ///< the same of v
  kLeadV,
  kG0,
  kG1,
  kGamma,
  kBeta,
  kPole,         ///< share of the distance that the pole behind the leads goes
  kForwardGain,  ///< of a column, over what is folded into its weights
  kBackwardGain,
  kOffsetEpsilon,
  kOffsetR,
  kOffsetE,
  kRateSlope,      ///< of x / input_scale
  kRateAmplitude,  ///< of A phi
  kNoiseU,         ///< standard deviation of what a sub-step adds
  kNoiseV,
  kLeakU,  ///< what a sub-step adds
  kLeakV,
  kAdcOffset,  ///< LSB
};
inline constexpr std::size_t kConstants = 22;

/// One array for each constant, `width` neurons each, one after another.
class ConstantBlock {
 public:
  ConstantBlock() = default;
  explicit ConstantBlock(std::size_t width) : width_(width), values_(kConstants * width, 0.0f) {}

  float* row(Constant constant) { return values_.data() + static_cast<std::size_t>(constant) * width_; }
  const float* row(Constant constant) const { return values_.data() + static_cast<std::size_t>(constant) * width_; }
  float& at(Constant constant, std::size_t neuron) { return row(constant)[neuron]; }
  float at(Constant constant, std::size_t neuron) const { return row(constant)[neuron]; }
  std::size_t width() const { return width_; }
  std::size_t size() const { return values_.size(); }
  float* data() { return values_.data(); }
  const float* data() const { return values_.data(); }

 private:
  std::size_t width_ = 0;
  Floats values_;
};

/// What the circuits of one neuron are set to, frozen deviations included, before sub-steps come into it.
struct NeuronValues {
  std::array<double, kParameterKinds> parameter{};   ///< not of synapses
  std::array<double, kParameterKinds> droop_rate{};  ///< 1/s
  std::array<double, kOffsetKinds> offset{};         ///< full scales; of the read-out, LSB
  double leakage_u = 0;                              ///< full scales per second
  double leakage_v = 0;
  double forward_gain = 1;  ///< of its column, over what is folded into its weights
  double backward_gain = 1;
  RateCircuit circuit;
  bool in_use = false;
  bool has_pole = false;  ///< programmed, behind the leads
  bool has_target = false;

  double of(ParameterKind kind) const { return parameter[static_cast<std::size_t>(kind)]; }
  double& of(ParameterKind kind) { return parameter[static_cast<std::size_t>(kind)]; }
  double of(OffsetKind kind) const { return offset[static_cast<std::size_t>(kind)]; }
  double& of(OffsetKind kind) { return offset[static_cast<std::size_t>(kind)]; }
  double droop_of(ParameterKind kind) const { return droop_rate[static_cast<std::size_t>(kind)]; }
};

/// Makes constants of values: neuron `i` of a block. With h the length of a sub-step,
///
///     a = 1 - exp(-h / tau_u)       b = 1 - exp(-h / tau_v)       p = 1 - exp(-h / (tau_pole + 1 / (2 pi f_lead)))
///     noise = sigma sqrt(a (2 - a))  with  sigma^2 = noise_factor k T / C over the full scale squared
///     leak = -rate tau_u a           what a current does to a low pass over a sub-step, exactly
void fold(const NeuronValues& values, const Silicon& silicon, std::size_t i, ConstantBlock& constants);

/// How fast the constants of a neuron change, per second, as the cells behind them fade by (1 - rate t): the tangent at
/// t = 0. A time constant goes with its current: it grows where it is the reciprocal of a code, and shrinks where it is
/// proportional to it.
void fold_droop(const NeuronValues& values, const Silicon& silicon, std::size_t i, ConstantBlock& slopes);

/// `values` with the deviations that one trial of a run with this key draws.
NeuronValues redrawn(const NeuronValues& values, const Silicon& silicon, std::uint64_t run_key, std::uint32_t trial,
                     std::uint32_t core_of_board, std::uint32_t column);

/// Whether anything is drawn per run.
bool varies_per_run(const Silicon& silicon);

}  // namespace vle::emulator
