#include <sys/stat.h>

#include <thread>
#include <vle/board/board_server.hpp>
#include <vle/link/link_backend.hpp>

#include "contract.hpp"
#include "files.hpp"
#include "run_on_chip.hpp"
#include "targets.hpp"
#include "virtual_medium.hpp"

namespace vle {
namespace {

using link::LinkBackend;

/// A served board and the client that goes with it; the board ends with its client.
class ServedBackend final : public Backend {
 public:
  ServedBackend(const Target& target, const std::string& listen_on) {
    const std::string at = folder_.file("board");
    const auto uri = link::parse_link_uri(listen_on.ends_with(':') ? listen_on + at : listen_on).value();
    server_ = board::BoardServer::open(link::test::board_of(target), uri).value();
    thread_ = std::jthread([this](const std::stop_token& stop) { server_->serve(stop); });
    client_ = link::open_link(link::parse_link_uri(server_->address()).value()).value();
  }

  DeviceInfo info() const override { return client_->info(); }
  Result<> load(std::shared_ptr<const ParameterMap> map) override { return client_->load(std::move(map)); }
  Result<> load(std::shared_ptr<const Network> network) override { return client_->load(std::move(network)); }
  Result<Traces> run(const Stimulus& stimulus, const RunOptions& options) override {
    return client_->run(stimulus, options);
  }
  Result<> write_registers(std::span<const RegisterWrite> writes) override { return client_->write_registers(writes); }
  Result<std::vector<std::uint16_t>> read_registers(std::uint32_t address, std::uint32_t count) override {
    return client_->read_registers(address, count);
  }

 private:
  test::TemporaryFolder folder_;
  std::unique_ptr<board::BoardServer> server_;
  std::jthread thread_;
  std::unique_ptr<LinkBackend> client_;
};

BackendCase link_case(std::string name, Target target, std::function<std::unique_ptr<Backend>()> make) {
  return {std::move(name), std::move(make),
          [target](Backend& board, std::shared_ptr<const Network> network) {
            return board.load(compile_for(*network, target, contract_stimulus(1, 50)));
          },
          [target](Backend& board) {
            auto map = std::make_shared<ParameterMap>();
            map->target = target;
            map->target.hash = "0";
            return board.load(map);
          }};
}

BackendCase served_case(std::string name, const Target& target, const std::string& listen_on) {
  return link_case(std::move(name), target,
                   [target, listen_on] { return std::make_unique<ServedBackend>(target, listen_on); });
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
