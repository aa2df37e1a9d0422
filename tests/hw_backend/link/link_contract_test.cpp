#include <thread>
#include <vle/board/board_server.hpp>
#include <vle/link/link_backend.hpp>

#include "files.hpp"
#include "link_case.hpp"
#include "targets.hpp"
#include "virtual_medium.hpp"

namespace vle {
namespace {

using link::test::HeldBackend;
using link::test::link_case;

/// A board that serves from a thread of its own.
class Served {
 public:
  Served(const Target& target, const std::string& listen_on) {
    const std::string at = folder_.file("board");
    const auto uri = link::parse_link_uri(listen_on.ends_with(':') ? listen_on + at : listen_on).value();
    server_ = board::BoardServer::open(link::test::board_of(target), uri).value();
    thread_ = std::jthread([this](const std::stop_token& stop) { server_->serve(stop); });
  }
  link::LinkUri uri() const { return link::parse_link_uri(server_->address()).value(); }

 private:
  test::TemporaryFolder folder_;
  std::unique_ptr<board::BoardServer> server_;
  std::jthread thread_;
};

BackendCase served_case(std::string name, const Target& target, const std::string& listen_on) {
  return link_case(std::move(name), target, [target, listen_on]() -> std::unique_ptr<Backend> {
    auto board = std::make_shared<Served>(target, listen_on);
    return std::make_unique<HeldBackend>(board, link::open_link(board->uri()).value());
  });
}

BackendCase virtual_case(std::string name, const Target& target) {
  return link_case(std::move(name), target, [target]() -> std::unique_ptr<Backend> {
    auto board = std::make_shared<link::test::VirtualBoard>(link::test::board_of(target));
    return link::open_link(std::make_unique<link::test::VirtualMedium>(board)).value();
  });
}

/// The fine target with converters as wide as a link carries them.
Target narrow_target() {
  Target target = fine_target();
  target.input_dac.bits = target.readout_adc.bits = 16;
  target.hash = hash_of(target);
  return target;
}

INSTANTIATE_TEST_SUITE_P(Link, BackendContract,
                         testing::Values(virtual_case("InProcess", coarse_target()),
                                         virtual_case("InProcessFine", narrow_target()),
                                         served_case("Tcp", coarse_target(), "tcp://127.0.0.1:0"),
                                         served_case("Unix", coarse_target(), "unix:"),
                                         served_case("Serial", coarse_target(), "pty:")),
                         case_name);

}  // namespace
}  // namespace vle
