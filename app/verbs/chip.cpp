#include <vle/serial_chip/serial_chip_server.hpp>

#include "../served_chip.hpp"
#include "verbs.hpp"

namespace vle::app {

Result<Outcome> run_chip(const Arguments& arguments, Console& console) {
  return serve_chip(arguments, console, "--bus", "waits for its board on the bus",
                    [](board::BoardSpec spec, const link::LinkUri& uri) {
                      return serial_chip::SerialChipServer::open(std::move(spec), uri);
                    });
}

}  // namespace vle::app
