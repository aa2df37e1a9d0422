#include <vle/board/board_server.hpp>

#include "../served_chip.hpp"
#include "verbs.hpp"

namespace vle::app {

Result<Outcome> run_board(const Arguments& arguments, Console& console) {
  board::ServerOptions options;
  options.users = static_cast<std::size_t>(arguments.count("--users").value_or(8));
  return serve_chip(arguments, console, "--listen", "listens; run with --backend",
                    [&options](board::BoardSpec spec, const link::LinkUri& uri) {
                      return board::BoardServer::open(std::move(spec), uri, options);
                    });
}

}  // namespace vle::app
