#pragma once

#include <cstddef>
#include <memory>
#include <vle/dynamics/dynamics.hpp>
#include <vle/dynamics/parameters.hpp>
#include <vle/dynamics/state.hpp>
#include <vle/network/network.hpp>
#include <vle/result/result.hpp>

namespace vle {

struct SweepTables;

struct SweepOptions {
  std::size_t batch = 1;      ///< trials side by side
  std::int64_t substeps = 0;  ///< as DynamicsOptions::substeps
};

/// The equations of Dynamics in single precision, for speed: the forward sum, the errors sent back and the plain update
/// of a projection share one sweep over its weights, which the order of SCIENCE.md 5 allows, because e of a step needs
/// nothing of that step's sums. A batch takes blocked matrix products instead. The float64 Dynamics stays the oracle;
/// results differ from it by rounding, and from processor to processor by the width of its vectors.
///
/// Holds state and parameters; a copy is a checkpoint. A step allocates nothing.
class SweepDynamics {
 public:
  /// Everything at 0, parameters as the network has them.
  SweepDynamics(std::shared_ptr<const Network> network, SweepOptions options);
  SweepDynamics(const SweepDynamics& other);
  SweepDynamics(SweepDynamics&&) noexcept;
  SweepDynamics& operator=(SweepDynamics) noexcept;
  ~SweepDynamics();

  /// Whether step() can learn this network as it describes: plain steps of W, B (`mirror`) and bias at constant rates.
  /// Errors (kUnsupported) name what asks for the float64 Learner: another optimiser, learned gains or time constants.
  [[nodiscard]] static Result<> check_learning(const Network& network);

  /// One step of `dt`. `targets.first` may be null: no target error.
  void step(SignalView inputs, SignalView targets);
  /// The same, and W, B and bias take the step that PlasticityDescription gives them, averaged over the trials.
  void learn(SignalView inputs, SignalView targets);

  std::size_t batch() const;
  /// The signals as they are, in the layout of `state`, which was made for this network and batch.
  void read(State& state) const;
  /// The learned parameters, in the layout of Dynamics::initial_parameters().
  void read(Parameters& parameters) const;

 private:
  void take_step(SignalView inputs, SignalView targets, bool learn);

  std::shared_ptr<const Network> network_;
  std::int64_t substeps_;
  std::unique_ptr<SweepTables> tables_;
};

}  // namespace vle
