#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vle/board/chip_firmware.hpp>
#include <vle/link/link_uri.hpp>
#include <vle/result/result.hpp>

namespace vle::serial_chip {

/// An emulated chip at the end of a board's chip bus (README.md of ports/serial_chip): what `vle chip` runs. One board
/// has it at a time; a board that connects takes it over. One thread does it all.
class SerialChipServer {
 public:
  /// Listens from then on. Of `spec`, what concerns the chip counts. Errors: kInvalidInput (the address), kIo (in use).
  [[nodiscard]] static Result<std::unique_ptr<SerialChipServer>> open(board::BoardSpec spec, const link::LinkUri& bus);
  ~SerialChipServer();
  SerialChipServer(const SerialChipServer&) = delete;
  SerialChipServer& operator=(const SerialChipServer&) = delete;

  /// Where a board finds the bus; a port 0 is the one that the system chose.
  std::string address() const;
  /// Serves until asked to stop.
  void serve(const std::stop_token& stop);

 private:
  class Server;
  explicit SerialChipServer(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace vle::serial_chip
