#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>
#include <vle/network/description.hpp>

#include "mistakes.hpp"

namespace vle {

/// What a value must be: returns nothing for a good value, else the end of a sentence that began with the value
/// ("must be above 0"). Values are finite when it is asked.
using ValueRule = std::function<std::string(double)>;

/// A parameter of a description, and where it stands.
struct ParameterField {
  const ParameterDescription& given;
  std::int64_t count = -1;  ///< elements needed; -1: not known, because the sizes are wrong
  std::string shape;        ///< the count in words, e.g. "3 x 2, post x pre"; empty: the count says it
  std::string path;         ///< `population[1].tau_m`
  std::string object;       ///< `population "hidden"`
  std::string object_name;  ///< `hidden`: part of the key of what is drawn
  std::string name;         ///< `tau_m`
  std::string unit;         ///< with a space before it, e.g. " s"; empty: none
  ValueRule rule;           ///< empty: any finite value
  std::function<std::int64_t(std::int64_t)> fan_in;  ///< of each element; empty: no weights, so no fan-in normal
};

/// The values of a parameter, `count` of them: one for all is repeated, a distribution is drawn. Every mistake is added
/// to `mistakes`; then, or where the count is not known, the result is empty. A field left out is the caller's.
std::vector<double> resolve(const ParameterField& field, std::uint64_t network_seed, Mistakes& mistakes);

}  // namespace vle
