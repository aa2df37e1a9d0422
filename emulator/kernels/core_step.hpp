#pragma once

#include <cstdint>

// Plain data and one function type: the files that implement it are compiled for different instruction sets, so nothing
// inline of the standard library may enter them (one-definition rule).
namespace vle::emulator {

/// Philox 4x32-10 (vle/random/philox.hpp), of which every instruction set has its own form here.
constexpr int kPhiloxRounds = 10;
constexpr std::uint32_t kPhiloxFactor0 = 0xD2511F53;
constexpr std::uint32_t kPhiloxFactor1 = 0xCD9E8D57;
constexpr std::uint32_t kPhiloxStep0 = 0x9E3779B9;
constexpr std::uint32_t kPhiloxStep1 = 0xBB67AE85;

/// Neurons [begin, end) with one rate circuit: r = amplitude * phi(x / input_scale).
struct ShapeRun {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t activation = 0;  ///< vle::Activation
  float input_scale_inverse = 1;
  float amplitude = 1;
};

/// What a core is made of: one element per column unless said otherwise; columns and rows are padded to 16 with zeros.
struct CoreTables {
  std::uint32_t columns = 0;
  std::uint32_t forward_rows = 0;
  std::uint32_t backward_rows = 0;
  const float* forward = nullptr;   ///< columns x rows, column gains folded in
  const float* backward = nullptr;  ///< columns x rows
  const float* bias = nullptr;      ///< offset of s included
  const float* a = nullptr;         ///< share of the distance that u goes in a sub-step
  const float* lead_u = nullptr;
  const float* b = nullptr;  ///< the same of v
  const float* lead_v = nullptr;
  const float* g0 = nullptr;
  const float* g1 = nullptr;
  const float* gamma = nullptr;
  const float* beta = nullptr;
  const float* pole = nullptr;  ///< share of the distance that the pole behind the leads goes; 1: no pole
  const float* offset_epsilon = nullptr;
  const float* offset_r = nullptr;
  const float* offset_e = nullptr;
  const float* noise_u = nullptr;  ///< standard deviation of a sub-step; null: no noise
  const float* noise_v = nullptr;
  const ShapeRun* runs = nullptr;
  std::uint32_t run_count = 0;
  float rail = 0;                 ///< largest magnitude of a signal
  float ota_range = 0;            ///< 0: unlimited
  const float* leak_u = nullptr;  ///< what leakage adds in a sub-step; null: nothing
  const float* leak_v = nullptr;
  const float* forward_gain = nullptr;  ///< of each column's sum; null: 1
  const float* backward_gain = nullptr;
  const float* rate_slope = nullptr;  ///< of what each rate circuit sees; null: 1
  const float* rate_amplitude = nullptr;
};

/// The analog state of a core, one element per column, and what drives its rows in this sub-step.
struct CoreSignals {
  float* u = nullptr;
  float* v = nullptr;
  float* lookahead = nullptr;   ///< behind the pole
  float* error_lead = nullptr;  ///< behind the pole
  float* r = nullptr;
  float* slope = nullptr;  ///< phi' where r was taken
  float* epsilon = nullptr;
  float* e = nullptr;
  float* s = nullptr;
  const float* forward_rows = nullptr;
  const float* backward_rows = nullptr;
  const float* target = nullptr;  ///< held r* of each column, and 0 where there is none
  float* noise = nullptr;         ///< room for 2 x columns
};

/// Where in the random streams a sub-step of a core stands.
struct NoisePosition {
  std::uint32_t key[2] = {0, 0};
  std::uint32_t substep = 0;
  std::uint32_t trial = 0;
  std::uint32_t first_group = 0;  ///< number of the core's first group of four columns
};

/// Signals that left their range, counted per neuron and sub-step.
struct Saturations {
  std::int64_t s = 0;
  std::int64_t u = 0;
  std::int64_t r = 0;
  std::int64_t epsilon = 0;
  std::int64_t v = 0;
  std::int64_t e = 0;
  std::int64_t ota = 0;
};

/// The functions that exist once per instruction set, with the same bits from each.
struct Kernels {
  const char* name;
  void (*step_core)(const CoreTables&, const CoreSignals&, const NoisePosition&, Saturations&);
  /// Standard normals of one stream for `groups` x 4 consecutive elements.
  void (*fill_normals)(const NoisePosition&, std::uint32_t stream, std::uint32_t groups, float* out);
  /// r and slope of `count` neurons of one circuit.
  void (*evaluate_shape)(const ShapeRun&, const float* lookahead, float* r, float* slope);
  /// settled + slope * seconds, fused, of `count` constants.
  void (*fade)(const float* settled, const float* slope, float seconds, std::uint32_t count, float* out);
  /// What a converter of codes [-full_code, full_code], `lsb` apart, makes of `count` signals, in place: nearest code,
  /// ties to even, times lsb. Returns how many were out of its range.
  std::int64_t (*hold_codes)(float lsb, std::int32_t full_code, std::uint32_t count, float* signals);
};

extern const Kernels kPortableKernels;
#if defined(__x86_64__)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#endif

}  // namespace vle::emulator
