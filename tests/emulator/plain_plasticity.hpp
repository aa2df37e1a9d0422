#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>
#include <vle/target/register_layout.hpp>

namespace vle {

__extension__ typedef __int128 Wide;

/// The arithmetic of docs/emulator.md for one core, in 128 bits and division, with nothing clever about it: what the
/// engine is held to.
class PlainPlasticity {
 public:
  struct Codes {
    std::vector<std::int32_t> r, e, epsilon, v, forward_rows, backward_rows;
  };
  struct Draws {
    std::uint64_t seed = 0;
    std::uint32_t substep = 0;
    std::uint32_t trial = 0;
  };

  PlainPlasticity(const Target& target, const Geometry& geometry, std::int64_t core, std::vector<std::uint16_t> image);

  void update(const Codes& codes, const Draws& draws);
  const std::vector<std::uint16_t>& image() const { return image_; }
  std::int64_t saturated() const { return saturated_; }
  std::int64_t accumulator(ParameterKind kind, std::int64_t source, std::int64_t column) {
    return static_cast<std::int64_t>(accumulators_[{kind, source, column}]);
  }

 private:
  struct Filter {
    Wide low_pass = 0, power_e = 0, power_p = 0, weight = 0;
  };
  Ratio ratio(RegisterBlock block, std::int64_t index) const;
  Ratio share(RegisterBlock block, std::int64_t index) const;
  Wide limited(Wide value);
  void add(ParameterKind kind, std::int64_t source, std::int64_t column, Wide amount);
  void update_array(bool backward, const Codes& codes, const Draws& draws);
  void update_gains(const Codes& codes, std::int64_t column, std::uint32_t draw0, std::uint32_t draw1);

  Target target_;
  Geometry geometry_;
  std::int64_t core_;
  RegisterLayout layout_;
  std::vector<std::uint16_t> image_;
  std::map<std::tuple<ParameterKind, std::int64_t, std::int64_t>, Wide> accumulators_;
  std::vector<Filter> filters_;
  std::int64_t saturated_ = 0;
};

}  // namespace vle
