#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vle/board/board_server.hpp>
#include <vle/link/link_backend.hpp>

#include "targets.hpp"
#include "virtual_medium.hpp"

namespace vle::link::test {

/// A board that serves from a thread of this process.
class Served {
 public:
  explicit Served(const std::string& listen_on, board::ServerOptions options = {}, std::uint32_t boot_id = 5) {
    board::BoardSpec spec = board_of(coarse_target());
    spec.boot_id = boot_id;
    server_ = board::BoardServer::open(std::move(spec), parse_link_uri(listen_on).value(), options).value();
    thread_ = std::jthread([this](const std::stop_token& stop) { server_->serve(stop); });
  }
  LinkUri uri() const { return parse_link_uri(server_->address()).value(); }

 private:
  std::unique_ptr<board::BoardServer> server_;
  std::jthread thread_;
};

/// A client that gives up soon.
inline LinkOptions hasty() {
  LinkOptions options;
  options.patience.connect = std::chrono::milliseconds(1500);
  return options;
}

}  // namespace vle::link::test
