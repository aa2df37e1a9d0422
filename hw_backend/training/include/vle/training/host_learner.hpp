#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/dynamics/energy.hpp>
#include <vle/dynamics/learner.hpp>
#include <vle/training/mapped_parameters.hpp>

namespace vle::training {

struct HostLearnerOptions {
  Rounding rounding = Rounding::kStochastic;
  std::uint64_t seed = 0;            ///< of the rounding and of the runs
  std::int64_t baseline_every = 50;  ///< batches after which the errors' zero is measured again
  std::int64_t skip_steps = 0;       ///< at the start of a trial, from rest: neither learned from nor in the loss
  int threads = 1;                   ///< of an emulator's trials
  /// What the map was compiled by; null: for the nominal chip. Copied. Codes go on to be chosen by it, and its offsets
  /// are taken out of what is read.
  const Calibration* calibration = nullptr;
};

/// Steps between two samples of `kinds` kinds of signals, at least 1: the converter needs time for each.
std::int64_t sample_period(const ParameterMap& map, std::size_t kinds);

/// What the chip's analog time and the bus had to do for the learning so far.
struct HostLearnerCounts {
  std::int64_t trials = 0;             ///< baselines included
  std::int64_t registers_written = 0;  ///< words
  double device_seconds = 0;           ///< of the trials, one after the other
};

/// Learning with a chip in the loop. The chip plays a batch of trials; from the recorded r and e (u where time
/// constants learn, epsilon where gains or tau_r do, and in place of e where synapses keep traces) the host computes
/// the local updates of SCIENCE.md 4 and 6, moves float shadow parameters, and writes the registers whose codes
/// changed. So the chip's own deviations are in r and e, and learning compensates them.
///
///     e       as converted, minus its mean over trials without a target: offsets are no error
///     r       one sub-step before e, between two samples
///     drive   (u[n] - u[n-1]) / a
///     P eps   by the host's own filter, from epsilon
///     traces  by the host's own filters, from r and the drive, over the skipped steps too
///
/// Recorded is every step, or every Nth where the converter needs the time of N steps for all that is read.
class HostLearner {
 public:
  /// `map` must be what `backend` has loaded, and compiled from `network`. Errors: kUnsupported (no registers),
  /// kInvalidInput (the image contradicts itself).
  [[nodiscard]] static Result<HostLearner> create(const Network& network, ParameterMap map, Backend& backend,
                                                  const HostLearnerOptions& options);

  /// Programs the chip with the parameters as they are, for batches of `batch` trials: what the first learn() does as
  /// well.
  [[nodiscard]] Result<> begin(std::size_t batch);

  /// Plays the trials of a batch (targets included, always as many as in the first call), learns from them once and
  /// programs the chip anew. Returns the loss: mean over trials and samples of beta C; nothing where `stop` came before
  /// the end, and then nothing was learned.
  Result<std::optional<double>> learn(const Stimulus& stimulus, const std::stop_token& stop);

  /// Tells plateau schedules the loss of an epoch.
  void report_loss(double loss) { learner_.report_loss(loss, now_.learning); }

  const Parameters& parameters() const { return now_.parameters; }
  const MappedParameters& mapped() const { return mapped_; }
  /// Takes what the calibration knows of the read-out, if there is one, out of what the chip gave.
  void correct(Traces& traces) const;
  const HostLearnerCounts& counts() const { return counts_; }
  std::int64_t updates() const { return now_.learning.updates; }

  /// State of learning as bytes, and on from it. Errors (kInvalidInput): a checkpoint of something else.
  std::string checkpoint() const { return checkpoint_to_bytes(learner_, now_); }
  [[nodiscard]] Result<> resume(std::string_view bytes);

 private:
  /// Mean of a recorded error over trials without one.
  struct Baseline {
    std::vector<double> e, epsilon;
  };

  HostLearner(Learner learner, MappedParameters mapped, Backend& backend, const HostLearnerOptions& options,
              std::int64_t every);
  Result<Traces> play(Stimulus stimulus, const std::stop_token& stop);
  Result<bool> measure_baseline(Stimulus stimulus, const std::stop_token& stop);
  Result<> program();
  void start(std::size_t batch);
  double learn_from(const Traces& traces, const Stimulus& stimulus);
  void take_sample(const Traces& traces, const Stimulus& stimulus, std::int64_t sample);
  void take_rates(const SignalTrace& trace, std::int64_t sample, PopulationState& state) const;
  void take_errors(const SignalTrace& trace, std::int64_t sample, const std::vector<double>& zero,
                   std::vector<double>& errors) const;
  void take_drive(const SignalTrace& trace, std::int64_t sample, std::size_t population);
  void filter_errors(std::size_t population);

  Learner learner_;
  MappedParameters mapped_;
  Backend* backend_;
  HostLearnerOptions options_;
  std::int64_t every_;
  std::vector<Recording> recordings_;
  std::vector<Baseline> baselines_;  ///< per population; empty before the first measurement
  std::int64_t batches_ = 0;
  Checkpoint now_;
  ProspectiveEnergy energy_;
  HostLearnerCounts counts_;
};

}  // namespace vle::training
