#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vle/board/chip_firmware.hpp>
#include <vle/link/link_uri.hpp>
#include <vle/result/result.hpp>

namespace vle::board {

struct ServerOptions {
  std::size_t users = 8;           ///< that have a session, with registers and stimulus of their own
  std::size_t waiting = 16;        ///< further clients that get a place in the queue
  std::size_t connections = 64;    ///< at a time; more are turned away
  std::chrono::seconds idle{600};  ///< a connection on which nothing comes for so long is closed
  std::chrono::seconds away{300};  ///< a user without a connection is forgotten after so long
};

/// A virtual board: the firmware core with an emulated chip, behind a transport, for several users at a time. One of
/// them runs on the chip, the others' runs wait for their turn. One thread does it all.
class BoardServer {
 public:
  /// Listens from then on. Errors: kInvalidInput (the address, certificates), kIo (in use).
  [[nodiscard]] static Result<std::unique_ptr<BoardServer>> open(BoardSpec spec, const link::LinkUri& listen,
                                                                 ServerOptions options = {});
  ~BoardServer();
  BoardServer(const BoardServer&) = delete;
  BoardServer& operator=(const BoardServer&) = delete;

  /// What clients give as --backend; a port 0 is the one that the system chose.
  std::string address() const;
  /// Serves until asked to stop; runs that are going on are ended.
  void serve(const std::stop_token& stop);

 private:
  class Server;
  explicit BoardServer(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace vle::board
