#pragma once

#include <cstdint>
#include <string>
#include <vector>
#include <vle/target/target.hpp>

namespace vle {

/// The sizes that a register image is laid out for: the target's, or what the network needs where the target is
/// elastic.
struct Geometry {
  std::int64_t cores = 1;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t input_channels = 0;   ///< input DAC channels of a core
  std::int64_t target_channels = 0;  ///< target DAC channels of a core
  std::int64_t link_channels = 0;    ///< incoming crossings of a core, of rates and of errors each
  bool operator==(const Geometry&) const = default;
};

/// One register of 16 bits per word. `kControl`: bit 0 = neuron in use, bits 1..3 = Activation, bit 4 = the pole behind
/// the leads is on. A row source is 0 (off), 1 + column (a neuron of this core), 1 + columns + input channel, or 1 +
/// columns + input channels + link channel. A link source is 0 (off) or 1 + core * columns + column. A target source is
/// 0 (none) or 1 + target channel. Weights stand column by column, the rows of a column side by side.
enum class RegisterBlock {
  kControl,
  kTargetSource,
  kRowSource,           ///< of the forward array, per row
  kBackwardRowSource,   ///< of the backward array, per row
  kLinkSource,          ///< rate that an incoming link channel carries
  kBackwardLinkSource,  ///< error that an incoming link channel carries
  // Of the plasticity engine; only where the target has one.
  kLearnControl,     ///< one a core: LearnControl
  kLearnPeriod,      ///< one a core: from one update to the next, in sub-steps or steps
  kLearnDecay,       ///< one a core: share of a synapse's accumulator that an update takes off (a ratio, as all below)
  kForwardRate,      ///< per column
  kBackwardRate,     ///< per column
  kBiasRate,         ///< per column
  kG0Rate,           ///< per column
  kG1Rate,           ///< per column
  kGainShare,        ///< per column: of the running means that normalise the gains' steps
  kFilterShare,      ///< per column: of the low pass in the filter F
  kFilterLead,       ///< per column: of F, lead ratio
  kErrorLead,        ///< per column: what makes the prospective error from epsilon and v
  kForwardRowRate,   ///< per row
  kBackwardRowRate,  ///< per row
  kForwardMask,      ///< per column ceil(rows / 16) words: bit b of word w set: the synapse of row 16 w + b learns
  kBackwardMask,
};
inline constexpr std::size_t kRegisterBlocks = 22;

/// Fields of a control register.
struct NeuronControl {
  bool in_use = false;
  Activation activation = Activation::kLinear;
  bool lead_pole = false;
};
std::uint16_t to_word(NeuronControl control);
NeuronControl control_from_word(std::uint16_t word);

/// Fields of a learn control register: what the engine of a core learns, and what its period counts.
struct LearnControl {
  bool forward = false;
  bool backward = false;
  bool bias = false;
  bool gains = false;
  bool period_in_steps = false;  ///< otherwise in sub-steps
};
std::uint16_t to_word(LearnControl control);
LearnControl learn_control_from_word(std::uint16_t word);

/// What a row is driven by, decoded from its source register.
struct RowSource {
  enum class Kind { kOff, kNeuron, kInput, kLink };
  Kind kind = Kind::kOff;
  std::int64_t index = 0;  ///< column, input channel or link channel
};

/// One contiguous run of registers of a core, for dumps and documentation.
struct RegisterRun {
  std::string name;
  std::uint32_t offset = 0;  ///< from the start of the core
  std::uint32_t count = 0;
  int bits = 16;
};

/// Where every register of a chip stands. A pure function of target and geometry; the compiler, the emulator and the
/// firmware share it. Word 0 holds the layout version, word 1 the sub-steps of a step; then the cores, one after
/// another.
class RegisterLayout {
 public:
  RegisterLayout(const Target& target, const Geometry& geometry);

  static constexpr std::uint16_t kVersion = 2;
  static constexpr std::uint32_t kVersionAddress = 0;
  static constexpr std::uint32_t kSubstepsAddress = 1;
  static constexpr std::uint32_t kCoresAddress = 2;

  /// Words of the whole image.
  std::size_t size() const { return kCoresAddress + static_cast<std::size_t>(geometry_.cores) * core_size_; }
  const std::vector<RegisterRun>& runs() const { return runs_; }
  std::size_t core_base(std::int64_t core) const { return kCoresAddress + static_cast<std::size_t>(core) * core_size_; }

  std::size_t address(std::int64_t core, RegisterBlock block, std::int64_t index) const;
  /// Of a neuron parameter.
  std::size_t address(std::int64_t core, ParameterKind kind, std::int64_t column) const;
  /// Of a synapse (kWeight or kBackwardWeight).
  std::size_t address(std::int64_t core, ParameterKind array, std::int64_t row, std::int64_t column) const;

  /// False: the blocks of the plasticity engine have no registers.
  bool has_plasticity() const { return has_plasticity_; }
  /// Words of a column in a mask.
  std::int64_t mask_words() const { return (geometry_.rows + 15) / 16; }

  // Codes of the source registers.
  std::uint16_t neuron_source(std::int64_t column) const;
  std::uint16_t input_source(std::int64_t channel) const;
  std::uint16_t link_source(std::int64_t channel) const;
  RowSource row_source_from_word(std::uint16_t word) const;

 private:
  Geometry geometry_;
  std::vector<RegisterRun> runs_;
  std::uint32_t core_size_ = 0;
  bool has_plasticity_ = false;
  std::array<std::uint32_t, kRegisterBlocks> block_offset_{};
  std::array<std::uint32_t, kParameterKinds> parameter_offset_{};
};

/// The largest code of a source register must fit 16 bits; the error names what is too large.
[[nodiscard]] Result<> check_geometry(const Geometry& geometry);

}  // namespace vle
