#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>
#include <vle/target/parameter_kind.hpp>

namespace vle {

/// Why a code is not the nearest possible to its target.
enum class LossReason : std::uint8_t {
  kClipped,  ///< the target lies outside what the converter reaches
  kShared,   ///< the register is shared with another element
  kDefect,   ///< a dead element, or a bit that is stuck
  kGrouped,  ///< the chip has one setting for a group
};

struct LossEntry {
  std::uint32_t element = 0;  ///< index into the block's arrays
  LossReason reason = LossReason::kClipped;
};

/// One parameter kind of one projection or population: what the network asks for and what the chip gives, both in model
/// units (times in seconds of model time), element by element. Nothing that was lost is missing here.
struct LedgerBlock {
  std::string owner;  ///< name of the projection ("from->to") or the population
  ParameterKind kind = ParameterKind::kWeight;
  std::string unit;            ///< of target and realised value
  std::vector<double> target;  ///< one per neuron, or per synapse: W as in Synapses::values, B by receiver, then sender
  std::vector<std::int32_t> code;   ///< signed code
  std::vector<std::uint8_t> range;  ///< position of the range switch; empty: the converter has none
  std::vector<double> realised;     ///< neuron parameters, and synapses that were calibrated one by one; else empty
  std::vector<double>
      lsb;  ///< synapses: realised = code * lsb[receiver] where it is not listed; empty for neuron parameters
  std::vector<std::uint32_t> receiver_start;  ///< synapses: first element of each receiver, then their number
  std::vector<LossEntry> losses;
};

/// What a block lost, in sum.
struct LedgerSummary {
  std::string owner;
  ParameterKind kind = ParameterKind::kWeight;
  std::string unit;
  std::size_t count = 0;
  double rms_error = 0;     ///< of realised - target
  double max_error = 0;     ///< largest |realised - target|
  double relative_rms = 0;  ///< rms_error / rms(target); 0 where every target is 0
  std::size_t clipped = 0;
  std::size_t other_losses = 0;
};

/// The realised value of one element.
double realised_value(const LedgerBlock& block, std::size_t element);
LedgerSummary summarise(const LedgerBlock& block);

}  // namespace vle
