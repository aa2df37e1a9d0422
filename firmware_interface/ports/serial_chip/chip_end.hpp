#pragma once

#include <vle/firmware/frame.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>
#include <vle/board/chip_firmware.hpp>

#include "chip_bus.hpp"
#include "serial_chip.h"

namespace vle::serial_chip {

class CommandReader;

/// The chip's end of the chip bus: a board's bytes in, the answers' bytes out. A command that comes twice is done once;
/// one of another session than the present is refused. Whatever comes is checked: no bytes of a board make it read or
/// write beyond its memory. No thread, no socket, no clock.
class ChipEnd {
 public:
  /// `spec` must outlive it. `session`: the number of the first session is the next one.
  ChipEnd(const board::BoardSpec& spec, std::uint16_t session);

  /// Does what the frames in `bytes` ask for, and returns the frames that answer.
  std::vector<std::uint8_t> receive(std::span<const std::uint8_t> bytes);
  /// Another board is there: what was left of the last one's frame is none of its.
  void restart_line();

 private:
  std::vector<std::uint8_t> answer(const vle_fw_frame& frame);
  /// Status and data.
  std::vector<std::uint8_t> carry_out(std::span<const std::uint8_t> command);
  vle_fw_status open_session(std::vector<std::uint8_t>& data);
  vle_fw_status describe(CommandReader& command, std::vector<std::uint8_t>& data) const;
  vle_fw_status begin(CommandReader& command);
  vle_fw_status write(CommandReader& command);
  vle_fw_status read(CommandReader& command, std::vector<std::uint8_t>& data);
  vle_fw_status read_registers(CommandReader& command, std::vector<std::uint8_t>& data) const;
  vle_fw_status prepare(CommandReader& command);
  vle_fw_status step(std::vector<std::uint8_t>& data);
  vle_fw_status progress(std::vector<std::uint8_t>& data);
  void put_counters(std::vector<std::uint8_t>& data) const;

  const board::BoardSpec& spec_;
  board::ChipBus bus_;
  std::array<std::uint8_t, VLE_FW_FRAME_CONTENT(VLE_SERIAL_PAYLOAD)> received_{};
  vle_fw_decoder decoder_{};

  std::uint16_t session_;
  bool is_met_ = false;  ///< a board has asked who this is
  // The last command of the session, and what it was answered.
  vle_fw_header last_{};
  std::vector<std::uint8_t> last_answer_;

  bool is_prepared_ = false;
  bool is_finished_ = false;
  std::uint32_t steps_done_ = 0;
};

}  // namespace vle::serial_chip
