#pragma once

#include <vle/link/link_backend.hpp>

#include "contract.hpp"
#include "run_on_chip.hpp"

namespace vle::link::test {

/// A client together with what it is connected to, which ends with it.
class HeldBackend final : public Backend {
 public:
  HeldBackend(std::shared_ptr<void> device, std::unique_ptr<LinkBackend> client)
      : device_(std::move(device)), client_(std::move(client)) {}

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
  std::shared_ptr<void> device_;
  std::unique_ptr<LinkBackend> client_;
};

/// The contract's case of a board that is `target`.
inline BackendCase link_case(std::string name, Target target, std::function<std::unique_ptr<Backend>()> make) {
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

}  // namespace vle::link::test
