#include <vle/target/register_layout.hpp>

namespace vle {
namespace {

constexpr std::size_t index_of(RegisterBlock block) {
  return static_cast<std::size_t>(block);
}
constexpr std::size_t index_of(ParameterKind kind) {
  return static_cast<std::size_t>(kind);
}

/// A run of registers of the plasticity engine.
struct PlasticityRun {
  enum class Per { kCore, kColumn, kRow, kMask };
  RegisterBlock block;
  const char* name;
  Per per;
};
using Per = PlasticityRun::Per;
constexpr PlasticityRun kPlasticityRuns[] = {{RegisterBlock::kLearnControl, "learn_control", Per::kCore},
                                             {RegisterBlock::kLearnPeriod, "learn_period", Per::kCore},
                                             {RegisterBlock::kLearnDecay, "learn_decay", Per::kCore},
                                             {RegisterBlock::kForwardRate, "forward_rate", Per::kColumn},
                                             {RegisterBlock::kBackwardRate, "backward_rate", Per::kColumn},
                                             {RegisterBlock::kBiasRate, "bias_rate", Per::kColumn},
                                             {RegisterBlock::kG0Rate, "g0_rate", Per::kColumn},
                                             {RegisterBlock::kG1Rate, "g1_rate", Per::kColumn},
                                             {RegisterBlock::kGainShare, "gain_share", Per::kColumn},
                                             {RegisterBlock::kFilterShare, "filter_share", Per::kColumn},
                                             {RegisterBlock::kFilterLead, "filter_lead", Per::kColumn},
                                             {RegisterBlock::kErrorLead, "error_lead", Per::kColumn},
                                             {RegisterBlock::kForwardRowRate, "forward_row_rate", Per::kRow},
                                             {RegisterBlock::kBackwardRowRate, "backward_row_rate", Per::kRow},
                                             {RegisterBlock::kForwardMask, "forward_mask", Per::kMask},
                                             {RegisterBlock::kBackwardMask, "backward_mask", Per::kMask}};
static_assert(index_of(RegisterBlock::kBackwardMask) + 1 == kRegisterBlocks);

constexpr int kLearnControlBits = 5;

}  // namespace

std::uint16_t to_word(NeuronControl control) {
  return static_cast<std::uint16_t>((control.in_use ? 1u : 0u) | static_cast<unsigned>(control.activation) << 1 |
                                    (control.lead_pole ? 1u << 4 : 0u));
}

NeuronControl control_from_word(std::uint16_t word) {
  return {(word & 1) != 0, static_cast<Activation>((word >> 1) & 7), (word >> 4 & 1) != 0};
}

std::uint16_t to_word(LearnControl control) {
  return static_cast<std::uint16_t>((control.forward ? 1u : 0u) | (control.backward ? 1u << 1 : 0u) |
                                    (control.bias ? 1u << 2 : 0u) | (control.gains ? 1u << 3 : 0u) |
                                    (control.period_in_steps ? 1u << 4 : 0u));
}

LearnControl learn_control_from_word(std::uint16_t word) {
  return {(word & 1) != 0, (word >> 1 & 1) != 0, (word >> 2 & 1) != 0, (word >> 3 & 1) != 0, (word >> 4 & 1) != 0};
}

RegisterLayout::RegisterLayout(const Target& target, const Geometry& geometry)
    : geometry_(geometry), has_plasticity_(target.plasticity.has_value()) {
  const auto add = [this](std::string name, std::int64_t count, int bits) {
    const std::uint32_t offset = core_size_;
    runs_.push_back({std::move(name), offset, static_cast<std::uint32_t>(count), bits});
    core_size_ += static_cast<std::uint32_t>(count);
    return offset;
  };
  block_offset_[index_of(RegisterBlock::kControl)] = add("control", geometry.columns, 5);
  block_offset_[index_of(RegisterBlock::kTargetSource)] = add("target_source", geometry.columns, 16);
  block_offset_[index_of(RegisterBlock::kRowSource)] = add("row_source", geometry.rows, 16);
  block_offset_[index_of(RegisterBlock::kBackwardRowSource)] = add("backward_row_source", geometry.rows, 16);
  block_offset_[index_of(RegisterBlock::kLinkSource)] = add("link_source", geometry.link_channels, 16);
  block_offset_[index_of(RegisterBlock::kBackwardLinkSource)] = add("backward_link_source", geometry.link_channels, 16);
  for (const ParameterRecord& record : kParameterRecords) {
    const std::int64_t count = record.per_synapse ? geometry.rows * geometry.columns : geometry.columns;
    parameter_offset_[index_of(record.kind)] =
        add(std::string(record.name), count, target.dac(record.kind).register_bits());
  }
  if (!has_plasticity_) return;
  for (const PlasticityRun& run : kPlasticityRuns) {
    const std::int64_t counts[] = {1, geometry.columns, geometry.rows, geometry.columns * mask_words()};
    block_offset_[index_of(run.block)] = add(run.name, counts[static_cast<std::size_t>(run.per)],
                                             run.block == RegisterBlock::kLearnControl ? kLearnControlBits : 16);
  }
}

std::size_t RegisterLayout::address(std::int64_t core, RegisterBlock block, std::int64_t index) const {
  return core_base(core) + block_offset_[index_of(block)] + static_cast<std::size_t>(index);
}

std::size_t RegisterLayout::address(std::int64_t core, ParameterKind kind, std::int64_t column) const {
  return core_base(core) + parameter_offset_[index_of(kind)] + static_cast<std::size_t>(column);
}

std::size_t RegisterLayout::address(std::int64_t core, ParameterKind array, std::int64_t row,
                                    std::int64_t column) const {
  return core_base(core) + parameter_offset_[index_of(array)] + static_cast<std::size_t>(column * geometry_.rows + row);
}

std::uint16_t RegisterLayout::neuron_source(std::int64_t column) const {
  return static_cast<std::uint16_t>(1 + column);
}

std::uint16_t RegisterLayout::input_source(std::int64_t channel) const {
  return static_cast<std::uint16_t>(1 + geometry_.columns + channel);
}

std::uint16_t RegisterLayout::link_source(std::int64_t channel) const {
  return static_cast<std::uint16_t>(1 + geometry_.columns + geometry_.input_channels + channel);
}

RowSource RegisterLayout::row_source_from_word(std::uint16_t word) const {
  if (word == 0) return {};
  std::int64_t index = word - 1;
  if (index < geometry_.columns) return {RowSource::Kind::kNeuron, index};
  index -= geometry_.columns;
  if (index < geometry_.input_channels) return {RowSource::Kind::kInput, index};
  index -= geometry_.input_channels;
  if (index < geometry_.link_channels) return {RowSource::Kind::kLink, index};
  return {};
}

Result<> check_geometry(const Geometry& geometry) {
  constexpr std::int64_t kLargest = 0xFFFF;
  const std::int64_t row_codes = geometry.columns + geometry.input_channels + geometry.link_channels;
  if (row_codes > kLargest) {
    return fail(ErrorCode::kDoesNotFit,
                "a core of {} neurons, {} input and {} link channels needs {} row source codes; a register holds {}",
                geometry.columns, geometry.input_channels, geometry.link_channels, row_codes, kLargest);
  }
  if (geometry.cores * geometry.columns > kLargest) {
    return fail(ErrorCode::kDoesNotFit, "{} cores of {} neurons need {} link source codes; a register holds {}",
                geometry.cores, geometry.columns, geometry.cores * geometry.columns, kLargest);
  }
  if (geometry.target_channels > kLargest) {
    return fail(ErrorCode::kDoesNotFit, "{} target channels; a register holds {}", geometry.target_channels, kLargest);
  }
  return {};
}

}  // namespace vle
