#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <thread>
#include <vle/board/chip_firmware.hpp>
#include <vle/link/link_backend.hpp>
#include <vle/serial_chip/serial_chip_server.hpp>

#include "files.hpp"

namespace vle::qemu {

/// The reference board on a desk: its firmware on a Cortex-M3 in a QEMU of its own, an emulated chip on its chip bus,
/// both in a folder of their own, so that any number may run side by side.
class DeskBoard {
 public:
  /// `image`: of the firmware's build, `firmware.elf` or `firmware_faults.elf`; or a whole path.
  explicit DeskBoard(const Target& target, const std::string& image = "firmware.elf");
  ~DeskBoard();
  DeskBoard(const DeskBoard&) = delete;
  DeskBoard& operator=(const DeskBoard&) = delete;

  /// Where hosts find the board.
  link::LinkUri uri() const { return link::UnixUri{folder_.file("host")}; }

  /// Takes the board's power away: QEMU is killed.
  void pull_plug();
  void plug_in();
  void pull_plug_of_chip();
  void plug_in_chip();

 private:
  void serve_chip();

  test::TemporaryFolder folder_;
  board::BoardSpec chip_;
  std::string image_;
  std::unique_ptr<serial_chip::SerialChipServer> server_;
  std::jthread thread_;
  pid_t qemu_ = -1;
};

}  // namespace vle::qemu
