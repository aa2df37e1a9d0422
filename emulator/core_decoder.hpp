#pragma once

#include <cstdint>
#include <span>
#include <vle/target/register_layout.hpp>

#include "imperfections/silicon.hpp"
#include "neuron_constants.hpp"

namespace vle::emulator {

/// Reads what one core is set to out of the registers: word, converter with its errors, frozen deviation, temperature.
class CoreDecoder {
 public:
  CoreDecoder(const RegisterLayout& layout, std::span<const std::uint16_t> image, const Silicon& silicon,
              std::uint32_t core_of_board)
      : layout_(layout), image_(image), silicon_(silicon), core_(core_of_board) {}

  const Silicon& silicon() const { return silicon_; }
  const Target& target() const { return *silicon_.target; }
  NeuronControl control(std::uint32_t column) const {
    return control_from_word(image_[layout_.address(core_, RegisterBlock::kControl, column)]);
  }
  /// The realised value of a neuron parameter.
  double value(ParameterKind kind, std::uint32_t column) const;
  /// The realised signed weight of a physical row; `active` counts it where it conducts.
  double weight(ParameterKind array, std::uint32_t row, std::uint32_t column, std::int64_t& active) const;
  /// Everything that is frozen in a neuron. One that is dead is not in use, but its read-out has an offset.
  NeuronValues neuron(std::uint32_t column) const;

  std::uint16_t word(RegisterBlock block, std::int64_t index) const {
    return image_[layout_.address(core_, block, index)];
  }
  RowSource row_source(bool backward, std::int64_t row) const {
    return layout_.row_source_from_word(
        word(backward ? RegisterBlock::kBackwardRowSource : RegisterBlock::kRowSource, row));
  }

 private:
  double offset(OffsetKind kind, std::uint32_t column) const;

  const RegisterLayout& layout_;
  std::span<const std::uint16_t> image_;
  Silicon silicon_;
  std::uint32_t core_;
};

}  // namespace vle::emulator
