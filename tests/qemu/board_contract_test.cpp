#include "desk_board.hpp"
#include "link_case.hpp"
#include "targets.hpp"

namespace vle {
namespace {

BackendCase desk_case(std::string name, const Target& target) {
  return link::test::link_case(std::move(name), target, [target]() -> std::unique_ptr<Backend> {
    auto board = std::make_shared<qemu::DeskBoard>(target);
    auto client = link::open_link(board->uri());
    VLE_CHECK(client.has_value(), "{}", client.error().message);
    return std::make_unique<link::test::HeldBackend>(board, std::move(*client));
  });
}

INSTANTIATE_TEST_SUITE_P(Firmware, BackendContract, testing::Values(desk_case("CortexM3", coarse_target())), case_name);

}  // namespace
}  // namespace vle
