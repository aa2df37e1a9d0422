#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>
#include <vle/training/alignment.hpp>

namespace vle::training {

/// An input of the study, three channels of it.
struct StudyInput {
  std::string name;
  double highest_frequency = 0;  ///< hertz, of a sum of sines; 0: noise
  double correlation_time = 0;   ///< seconds, of Ornstein-Uhlenbeck noise
};

/// Sines up to 0.5 Hz and 2 Hz, noise of 0.6 s and 0.15 s.
const std::vector<StudyInput>& study_inputs();

/// Rules on random deep networks (SCIENCE.md 6): 3-12-..-12-2 with `depth` hidden layers of tanh neurons and linear
/// instantaneous outputs, weights fan-in normal, tau_m log-uniform 0.1..1 s, tau_r 0.1 s, every third hidden neuron
/// instantaneous, gamma 0. The target is what another network of the same kind makes of the same input.
struct StudyOptions {
  std::vector<std::int64_t> depths{2, 3, 4};
  std::vector<RuleRecord> rules;
  std::size_t seeds = 10;
  std::uint64_t first_seed = 0;
  double dt = 0.01;              ///< seconds
  double settling_seconds = 10;  ///< that no gradient counts
  double seconds = 120;          ///< counted
  int threads = 1;
  std::stop_token stop;
  std::function<void(std::int64_t done, std::int64_t total)> progress;  ///< called by any thread
};

/// One network on one input.
struct StudyCase {
  std::int64_t depth = 0;
  std::string input;
  std::uint64_t seed = 0;
  Alignment alignment;
};

/// All cases, depth by depth, input by input, seed by seed; the numbers do not depend on the threads. Errors: those of
/// measure_alignment(), kInterrupted, kInvalidInput for a depth below 1.
[[nodiscard]] Result<std::vector<StudyCase>> run_alignment_study(const StudyOptions& options);

/// Over the seeds of one depth and input: one rule, one population, one kind.
struct StudyMean {
  std::int64_t depth = 0;
  std::string input;
  std::string rule;
  std::string population;
  ParameterKind kind = ParameterKind::kWeights;
  std::size_t seeds = 0;
  double cosine = 0;            ///< mean
  double cosine_deviation = 0;  ///< standard deviation over the seeds
  double norm_ratio = 0;        ///< geometric mean
  std::size_t best = 0;         ///< seeds on which this rule had the highest cosine
};

std::vector<StudyMean> average_study(const std::vector<StudyCase>& cases);

}  // namespace vle::training
