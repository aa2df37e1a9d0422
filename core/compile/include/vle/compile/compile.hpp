#pragma once

#include <optional>
#include <string>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/network/network.hpp>
#include <vle/parameter_map/parameter_map.hpp>
#include <vle/target/calibration.hpp>
#include <vle/target/target.hpp>

namespace vle {

struct CompileOptions {
  std::optional<double>
      speed_up;  ///< wanted; rounded so that a step is a whole number of sub-steps. Empty: the slowest that fits
  /// Of the chip that the map is for, alive during the call. Codes are chosen by each neuron's own curves, dead neurons
  /// are passed over, offsets are taken up by biases, and the ledger's realised values are those of this chip.
  const Calibration* calibration = nullptr;
  double headroom = 1.25;      ///< signals may pass their profiled or bounded range by this factor
  double weight_headroom = 1;  ///< learned weights may pass the largest of their column by this factor, at least 1
};

/// The largest magnitudes of a population's signals, in model units; from a profile or from bounds.
struct SignalRange {
  double membrane = 0;  ///< of s, u and the lookahead
  double rate = 0;      ///< of r and of its target
  double error = 0;     ///< of epsilon, v and e
};
struct SignalRanges {
  std::vector<SignalRange> populations;
  std::vector<double> inputs;  ///< largest magnitude of each input
};

/// Ranges by running the float reference on a stimulus (every trial of it).
[[nodiscard]] Result<SignalRanges> profile_ranges(const Network& network, const Stimulus& stimulus);

/// Ranges by interval arithmetic over the graph; where a recurrent loop of unbounded rates has no bound, an error that
/// asks for a profile.
[[nodiscard]] Result<SignalRanges> bound_ranges(const Network& network);

/// Compiles a network for a target: check, place, scale, quantise, route, verify. Deterministic: the same arguments
/// give the same map. Errors: kDoesNotFit (needed, available, for whom), kInvalidInput (a calibration of another
/// target).
[[nodiscard]] Result<ParameterMap> compile(const Network& network, const Target& target, const SignalRanges& ranges,
                                           const CompileOptions& options = {});

}  // namespace vle
