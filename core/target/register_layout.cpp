#include <vle/target/register_layout.hpp>

namespace vle {
namespace {

constexpr std::size_t index_of(RegisterBlock block) {
  return static_cast<std::size_t>(block);
}
constexpr std::size_t index_of(ParameterKind kind) {
  return static_cast<std::size_t>(kind);
}

}  // namespace

std::uint16_t to_word(NeuronControl control) {
  return static_cast<std::uint16_t>((control.in_use ? 1u : 0u) | static_cast<unsigned>(control.activation) << 1 |
                                    (control.lead_pole ? 1u << 4 : 0u));
}

NeuronControl control_from_word(std::uint16_t word) {
  return {(word & 1) != 0, static_cast<Activation>((word >> 1) & 7), (word >> 4 & 1) != 0};
}

RegisterLayout::RegisterLayout(const Target& target, const Geometry& geometry) : geometry_(geometry) {
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
