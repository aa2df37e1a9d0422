#include <algorithm>
#include <cstdlib>
#include <vle/target/target.hpp>

namespace vle {
namespace {

constexpr int kMaxSignalBits = 16;

constexpr ParameterKind kLearnedKinds[] = {ParameterKind::kWeight, ParameterKind::kBackwardWeight, ParameterKind::kBias,
                                           ParameterKind::kG0, ParameterKind::kG1};

}  // namespace

Diagnostics check_plasticity(const Target& target) {
  Diagnostics mistakes;
  if (!target.plasticity) return mistakes;
  const PlasticityEngine& engine = *target.plasticity;
  const auto require = [&](bool ok, std::string path, std::string message) {
    if (!ok) mistakes.push_back({std::move(path), std::move(message)});
  };
  const bool widths_fit = engine.accumulator_bits >= 4 && engine.accumulator_bits <= 32 && engine.fraction_bits >= 0 &&
                          engine.fraction_bits <= engine.accumulator_bits - 2;
  require(widths_fit, "plasticity.accumulator_bits",
          fmt::format("plasticity: accumulator_bits = {} must be 4..32, fraction_bits = {} at least 2 fewer",
                      engine.accumulator_bits, engine.fraction_bits));
  for (const ParameterKind kind : kLearnedKinds) {
    if (!widths_fit) break;
    const Dac& dac = target.dac(kind);
    const int largest = std::max(std::abs(dac.min_code), std::abs(dac.max_code));
    const int reach = (1 << (engine.accumulator_bits - engine.fraction_bits - 1)) - 1;
    require(largest <= reach, "plasticity.accumulator_bits",
            fmt::format("plasticity: an accumulator of {} bits with {} below the code holds codes up to {}, but {} has "
                        "codes up to {}; raise accumulator_bits or lower fraction_bits",
                        engine.accumulator_bits, engine.fraction_bits, reach, record_of(kind).name, largest));
  }
  require(engine.multiplier_bits >= 1 && engine.multiplier_bits <= 8, "plasticity.multiplier_bits",
          fmt::format("plasticity.multiplier_bits = {} must be 1..8", engine.multiplier_bits));
  require(engine.lanes >= 0 && engine.update_clocks >= 1 && engine.row_clocks >= 1, "plasticity.lanes",
          fmt::format("plasticity: lanes = {} must not be negative, update_clocks = {} and row_clocks = {} at least 1",
                      engine.lanes, engine.update_clocks, engine.row_clocks));
  const int signal_bits = std::max({target.readout_adc.bits, target.input_dac.bits, target.crossing.bits});
  require(
      signal_bits <= kMaxSignalBits, "plasticity",
      fmt::format("plasticity: the engine multiplies codes of up to {} bits; readout_adc, input_dac or crossing has "
                  "{}",
                  kMaxSignalBits, signal_bits));
  return mistakes;
}

}  // namespace vle
