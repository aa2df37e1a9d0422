#pragma once

#include <cstdint>
#include <string_view>
#include <vector>
#include <vle/network/network.hpp>
#include <vle/result/result.hpp>

namespace vle::training {

/// A way to learn by name: where B comes from and how error neurons weigh their two signals; or the exact gradient.
struct RuleRecord {
  std::string_view name;
  BackwardRule backward = BackwardRule::kTranspose;
  GainRule gain = GainRule::kNone;
  Eligibility eligibility = Eligibility::kRate;
  bool is_exact = false;  ///< the adjoint oracle, offline; the other fields are without meaning
  std::string_view meaning;
};

/// Every rule, in the order of tables. The only list of their names.
const std::vector<RuleRecord>& rules();

/// The record of a rule, or null.
const RuleRecord* find_rule(std::string_view name);

/// Reads `name,name,...`; `all` means every rule. Errors (kInvalidInput) list the names there are.
[[nodiscard]] Result<std::vector<RuleRecord>> parse_rules(std::string_view list);

/// The network with another rule in every population and in every projection that carries errors. Fixed B is
/// drawn fan-in normal with gain 1 from `seed`. Mirrored B starts at 0, so that it never tells anything wrong: it is at
/// first what W has learned. Learned gains start where build_network() starts them.
/// Errors (kInvalidInput): the loops of the network are not stable under this rule.
[[nodiscard]] Result<Network> with_rule(Network network, const RuleRecord& rule, std::uint64_t seed);

}  // namespace vle::training
