#pragma once

#include <cstddef>
#include <memory>
#include <vle/dynamics/dynamics.hpp>
#include <vle/dynamics/parameters.hpp>
#include <vle/dynamics/state.hpp>
#include <vle/network/network.hpp>
#include <vle/result/result.hpp>

namespace vle {

class Crew;
struct SweepTables;

struct SweepOptions {
  std::size_t batch = 1;      ///< trials side by side
  std::int64_t substeps = 0;  ///< as DynamicsOptions::substeps
  /// That share a step of a single trial, from 2^17 synapses on; below, and in a batch, one thread is as fast. Results
  /// do not depend on it.
  std::size_t threads = 1;
};

/// The equations of Dynamics and of Learner in single precision, for speed: the forward sum, the errors sent back and
/// the plain update of a projection share one sweep over its weights, which the order of SCIENCE.md 5 allows, because e
/// of a step needs nothing of that step's sums. A batch takes blocked matrix products instead; optimisers gather their
/// directions. The float64 Dynamics and Learner stay the oracle; results differ from them by rounding, and from
/// processor to processor by the width of its vectors.
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

  /// Whether learn() can learn this network as it describes: W, B (`mirror`) and bias, by any optimiser and schedule,
  /// and the gains of errors. Errors (kUnsupported) name what asks for the float64 Learner: learned time constants,
  /// clips, eligibility traces.
  [[nodiscard]] static Result<> check_learning(const Network& network);

  /// One step of `dt`. `targets.first` may be null: no target error.
  void step(SignalView inputs, SignalView targets);
  /// The same, and W, B and bias learn as PlasticityDescription says, averaged over the trials; gains as their
  /// populations say.
  void learn(SignalView inputs, SignalView targets);
  /// All signals at 0, for a trial that starts from rest. What was learned stays.
  void rest();
  /// Tells plateau schedules the loss of a trial, an epoch or a validation.
  void report_loss(double loss);

  std::size_t batch() const;
  /// beta C of the rates that the targets of the last integration step with targets judged, those of the step before:
  /// summed over outputs and trials.
  double last_loss() const;
  /// The signals as they are, in the layout of `state`, which was made for this network and batch; arrays that were
  /// emptied since are left out.
  void read(State& state) const;
  /// The learned parameters, in the layout of Dynamics::initial_parameters().
  void read(Parameters& parameters) const;

 private:
  void take_step(SignalView inputs, SignalView targets, bool learn);

  std::shared_ptr<const Network> network_;
  std::int64_t substeps_;
  std::unique_ptr<SweepTables> tables_;
  std::unique_ptr<Crew> crew_;
};

}  // namespace vle
