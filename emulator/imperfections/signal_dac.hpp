#pragma once

#include <cstdint>
#include <vector>
#include <vle/target/signal_codes.hpp>

#include "silicon.hpp"
#include "unit_elements.hpp"

namespace vle::emulator {

/// The converters of input or of target channels: (code + error(code)) LSB, the error of the channel's own elements or
/// of the measured table. They belong to the board's first chip and are counted by channel.
class SignalDac {
 public:
  SignalDac(const Silicon& silicon, Stream stream, std::size_t channels);

  float value(std::size_t channel, std::int32_t code) const;

 private:
  const Converter* converter_;
  SignalCodes codes_;
  bool has_table_;
  std::vector<UnitElements> elements_;  ///< empty: without errors
};

}  // namespace vle::emulator
