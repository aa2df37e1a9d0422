#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>
#include <vle/dynamics/adjoint.hpp>
#include <vle/network/network.hpp>
#include <vle/training/alignment.hpp>
#include <vle/training/rules.hpp>

namespace vle::training {

struct TrainOptions {
  std::size_t epochs = 1;          ///< each plays all trials once, side by side, from rest
  std::optional<RuleRecord> rule;  ///< in place of the network's own rules
  std::uint64_t seed = 0;          ///< of B where `rule` draws it
  std::int64_t patience = 0;       ///< epochs in a row without a lower loss after which to stop; 0: never
  std::int64_t align_every = 0;    ///< epochs from one comparison with the exact gradient to the next; 0: none
  std::string resume;              ///< bytes of a checkpoint to go on from; empty: begin
  std::stop_token stop;            ///< ends the training after the step at hand
  /// Steps done and to do over all epochs, and the loss of the last epoch (NaN in the first).
  std::function<void(std::int64_t done, std::int64_t total, double loss)> progress;
};

/// How the local gradients lay to the exact ones on the signals of the training, after an epoch.
struct EpochAlignment {
  std::size_t epoch = 0;  ///< from 1
  std::vector<AlignmentRow> rows;
};

struct Training {
  Network network;             ///< with what was learned, up to the last step; learned gains begin anew
  std::vector<double> losses;  ///< of each whole epoch: mean over steps and trials of beta C (SCIENCE.md 3)
  /// Per whole epoch and population: mean over steps and trials of 1/2 sum_i m_i^2, its part of the prospective energy
  /// (vle/dynamics/energy.hpp). Empty under the exact rule, and with a chip in the loop.
  std::vector<std::vector<double>> mismatch;
  std::vector<EpochAlignment> alignment;  ///< under TrainOptions::align_every
  std::string checkpoint;                 ///< at the end of the last whole epoch: training goes on from it bit for bit
  bool interrupted = false;
  bool stopped_early = false;
};

/// Trains on the float reference, with the plasticity settings of the network: the local rules learn in every step;
/// the exact rule makes one step of the optimiser an epoch. Errors (kInvalidInput): nothing would learn, signals of the
/// wrong shape, a checkpoint of something else, a loss that is not finite.
[[nodiscard]] Result<Training> train(const Network& network, const AdjointSignals& signals,
                                     const TrainOptions& options);

/// The network with these parameters in place of its own; gains that are learned stay as they were.
Network with_parameters(Network network, const Parameters& parameters);

}  // namespace vle::training
