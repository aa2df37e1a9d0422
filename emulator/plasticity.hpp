#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>
#include <vle/random/stream.hpp>
#include <vle/target/register_layout.hpp>

namespace vle::emulator {

/// What the registers of a core tell its engine. Ratios are one a column, or one a row.
struct PlasticityProgram {
  LearnControl control;
  std::int64_t period_substeps = 0;  ///< 0: off
  Ratio decay;
  std::vector<Ratio> forward_rate, backward_rate, bias_rate, g0_rate, g1_rate;
  std::vector<Ratio> gain_share, filter_share, filter_lead, error_lead;
  std::vector<Ratio> forward_row_rate, backward_row_rate;
  std::vector<std::uint16_t> forward_mask, backward_mask;
  std::int64_t mask_words = 0;

  bool is_on() const {
    return period_substeps > 0 && (control.forward || control.backward || control.bias || control.gains);
  }
};

/// The codes that a core's engine samples for one update: of the read-out for each column, and those that drive the
/// rows.
struct PlasticityCodes {
  std::vector<std::int32_t> r, e, epsilon, v;
  std::vector<std::int32_t> forward_rows, backward_rows;
};

/// Which random bits an update draws.
struct RoundingKey {
  std::array<std::uint32_t, 2> key{};
  std::uint32_t substep = 0;
  std::uint32_t trial = 0;
};

/// A register whose code an update moved. `row` is the first of its source.
struct LearnedCode {
  ParameterKind kind = ParameterKind::kWeight;
  std::uint32_t row = 0;
  std::uint32_t column = 0;
};

/// floor((x + R) 2^-shift) for R = `random` of the 2^32 in [0, 2^shift): its mean is x 2^-shift. A shift below 0
/// multiplies. |x| < 2^46, shift -16..62; of shifts above 32 the lowest bits of R are 0.
std::int64_t round_stochastically(std::int64_t x, int shift, std::uint32_t random);

/// The plasticity engine of one core: integers throughout. With A the accumulator of a register, f its bits below the
/// code, m and s the multipliers and shifts of the rates, and SR stochastic rounding, one update does
///
///     synapses   A += SR(e r m_column m_row, s_column + s_row) - SR(A m_decay, s_decay)
///     bias       A += SR(e m, s)
///     gains      see update_gains()
///     all        A saturates at the usable codes, times 2^f;  code = (A + 2^(f-1)) >> f
///
/// with e of the column and r of the row; in the backward array r of the column and e of the row. The sum of two shifts
/// is limited to -16..62. Draws are keyed by sub-step, trial, site and row. Only columns in use are looked at.
class PlasticityCore {
 public:
  PlasticityCore(const Target& target, const RegisterLayout& layout, const Geometry& geometry, std::uint32_t core);

  /// Reads program and codes of an image. Accumulators whose code is what it was stay as they are.
  void load(std::span<const std::uint16_t> image);
  const PlasticityProgram& program() const { return program_; }

  /// Signals begin at 0 with every trial.
  void reset_filters();
  /// Room for one sample, of this core's size.
  PlasticityCodes make_codes() const;

  /// One update: moves accumulators, writes the codes that change into `image` and lists them in changed().
  void update(const PlasticityCodes& codes, const RoundingKey& key, std::span<std::uint16_t> image);
  std::span<const LearnedCode> changed() const { return changed_; }
  /// Accumulators that met a limit, and filters that met theirs, in events since load().
  std::int64_t saturated() const { return saturated_; }
  std::int64_t updated() const { return updated_; }

  /// Accumulators, for tests and reports: of a synapse, by source (a row, or a pair of rows); of a neuron constant.
  std::int32_t synapse(bool backward, std::int64_t source, std::int64_t column) const;
  std::int32_t neuron(ParameterKind kind, std::int64_t column) const;

 private:
  struct Limits {
    std::int64_t low = 0;
    std::int64_t high = 0;
  };
  struct GainFilter {
    std::int64_t low_pass = 0;  ///< of F, with kFilterBits below the code
    std::int64_t power_e = 0;   ///< running mean of epsilon^2, with kPowerBits
    std::int64_t power_p = 0;   ///< of (P epsilon)^2
    std::int64_t weight = 0;    ///< how far the means have come from 0, with kPowerBits
  };

  std::int32_t code_of(std::int64_t accumulator) const;
  std::int32_t register_code(std::span<const std::uint16_t> image, ParameterKind kind, std::int64_t source,
                             std::int64_t column) const;
  void read_accumulators(std::span<const std::uint16_t> image, ParameterKind kind, std::vector<std::int32_t>& into);
  Limits limits_of(ParameterKind kind) const;
  /// Adds to an accumulator, saturates and counts; true where the code changed.
  bool add(std::int32_t& accumulator, std::int64_t amount, const Limits& limits);
  void write_synapse(std::span<std::uint16_t> image, ParameterKind kind, std::int64_t source, std::int64_t column,
                     std::int32_t code);
  void update_array(bool backward, const PlasticityCodes& codes, const RoundingKey& key,
                    std::span<std::uint16_t> image);
  void update_neurons(const PlasticityCodes& codes, const RoundingKey& key, std::span<std::uint16_t> image);
  void update_gains(const PlasticityCodes& codes, std::size_t column, std::span<const std::uint32_t, 4> random,
                    std::span<std::uint16_t> image);
  void move_neuron(ParameterKind kind, std::size_t column, std::int64_t amount, std::span<std::uint16_t> image);
  std::int64_t limit_filter(std::int64_t value);

  const Target& target_;
  const RegisterLayout& layout_;
  Geometry geometry_;
  std::uint32_t core_;
  int fraction_bits_;
  std::int64_t sources_;  ///< signed rows of an array
  PlasticityProgram program_;
  std::vector<bool> in_use_;
  std::vector<std::int32_t> forward_, backward_;  ///< [column][source]
  std::vector<std::int32_t> bias_, g0_, g1_;
  std::vector<GainFilter> filters_;
  std::vector<LearnedCode> changed_;
  std::int64_t saturated_ = 0;
  std::int64_t updated_ = 0;
};

}  // namespace vle::emulator
