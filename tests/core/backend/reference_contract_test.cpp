#include "bad_map.hpp"
#include "contract.hpp"

namespace vle {
namespace {

Result<> load_network(Backend& backend, std::shared_ptr<const Network> network) {
  return backend.load(std::move(network));
}

Result<> load_contradiction(Backend& backend) {
  return backend.load(contradictory_map());
}

INSTANTIATE_TEST_SUITE_P(Reference, BackendContract,
                         testing::Values(BackendCase{"AsDescribed", [] { return make_reference_backend(); },
                                                     load_network, load_contradiction},
                                         BackendCase{"IdealTwin", [] { return make_reference_backend({4}); },
                                                     load_network, load_contradiction},
                                         BackendCase{"SinglePrecision",
                                                     [] {
                                                       return make_reference_backend({0, Precision::kSingle});
                                                     },
                                                     load_network, load_contradiction, 1e-5}),
                         case_name);

}  // namespace
}  // namespace vle
