#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>
#include <vle/aligned/floats.hpp>
#include <vle/dynamics/gain.hpp>
#include <vle/dynamics/optimiser_schedule.hpp>
#include <vle/network/activation.hpp>
#include <vle/network/learning.hpp>

namespace vle {

/// Floats per block that the kernels take whole: the widest vector (AVX-512). Arrays are padded to it with zeros.
inline constexpr std::size_t kSweepBlock = 16;

constexpr std::size_t padded_to_block(std::size_t count) {
  return (count + kSweepBlock - 1) / kSweepBlock * kSweepBlock;
}

/// Distance between rows of `padded` floats that keeps them from meeting in few sets of the caches, as rows do whose
/// distance is a multiple of 1 KiB.
constexpr std::size_t spread_stride(std::size_t padded) {
  return padded % 256 == 0 ? padded + kSweepBlock : padded;
}

/// What learning remembers beside an array of parameters. Empty where nothing is gathered; padded as the array is.
struct SweepMemory {
  Floats direction;  ///< sum of the rule (e r, e) over the trials, and over the steps since the last update
  Floats first;      ///< of momentum and Adam
  Floats second;     ///< of Adam
};

/// What error neurons with learned gains remember; empty where gains are fixed.
struct SweepGains {
  Floats low_pass;        ///< of F, as signals are
  Floats ee, ep, pp, fe;  ///< products of this step, summed over the trials; one a neuron
  std::vector<GainStatistics> statistics;
  double share = 0;  ///< of the running means that a step replaces
};

/// One population. Signals hold element i * lanes + trial, with `lanes` trials padded to a block; a single trial is
/// element i instead, the neurons padded to a block. Coefficients are one a neuron, padded alike.
struct SweepPopulation {
  std::size_t neurons = 0;
  Activation activation = Activation::kLinear;
  float gamma = 0;
  Floats u, v, r, phi_prime, epsilon, e, s, drive, lookahead, error_lead, backward;
  Floats bias, a, b, lead_u, lead_v, g0, g1;
  SweepMemory bias_memory;
  SweepGains gains;
};

/// What a projection sends back: nothing, W^T e, or B e with B an array of its own.
enum class SendsBack { kNothing, kTransposed, kOwn };

/// One projection; every array is receivers x senders. Dense rows are `stride` apart; sparse
/// ones are compressed.
struct SweepProjection {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t stride = 0;  ///< of a dense row
  Floats weights;
  Floats backward;  ///< B where it is kept apart from W
  std::vector<std::uint32_t> row_start, column;
  std::size_t to = 0;
  std::size_t from = 0;  ///< population, or place of the first channel in SweepTables::inputs
  bool from_input = false;
  SendsBack sends_back = SendsBack::kTransposed;
  bool mirrored = false;  ///< B learns beside W
  bool plastic = false;
  SweepMemory memory;
  bool is_dense() const { return row_start.empty(); }
};

/// Rates of one step, each already times its length, for the mean over trials.
struct SweepRates {
  float weights = 0;  ///< eta_weights dt / batch
  float bias = 0;
  float keep = 1;  ///< 1 - lambda dt
};

/// Where learning stands that is more than plain steps at constant rates: directions are gathered, and an optimiser
/// turns them into steps.
struct SweepProgress {
  bool gathers = false;
  std::int64_t steps = 0;     ///< integration steps that learned: the time of the schedules
  std::int64_t updates = 0;   ///< taken by the optimiser
  std::int64_t gathered = 0;  ///< steps in the directions
  ScheduleState eta_schedule, lambda_schedule;
};

/// One update of an array.
struct SweepUpdate {
  OptimiserDescription::Kind kind = OptimiserDescription::Kind::kPlain;
  float scale = 1;         ///< of the direction, to its mean
  float rate = 0;          ///< UpdateStep::rate
  float first_share = 1;   ///< 1 - momentum, or 1 - beta1
  float second_share = 1;  ///< 1 - beta2
  float first_correction = 1;
  float second_correction = 1;
  float epsilon = 0;
  float keep = 1;  ///< 1 - decay
};

/// One output, as network.hpp has it.
struct SweepOutput {
  std::size_t population = 0;
  std::size_t first_channel = 0;  ///< in SweepTables::targets
  float beta = 1;
  bool entropic = false;  ///< cross entropy
};

class Crew;

/// Everything that a step reads and writes.
struct SweepTables {
  std::size_t batch = 1;
  std::size_t lanes = 1;  ///< batch padded to a block; 1 for a single trial
  float pole_share = 1;
  SweepRates rates;
  SweepProgress progress;
  std::vector<SweepPopulation> populations;
  std::vector<SweepProjection> projections;
  Floats inputs;                          ///< channels x lanes; of a single trial each input is padded to a block
  std::vector<std::size_t> input_places;  ///< of each input's first channel
  std::vector<SweepOutput> outputs;
  Floats targets;     ///< channels x lanes; empty for a single trial
  double loss = 0;    ///< of the last step that had a target: beta C, summed over outputs and trials
  Floats transposed;  ///< scratch: the senders of one projection, batch x senders
  /// Where several threads share a step: what each part of the receivers sends back, all populations one after another.
  std::vector<Floats> parts;
  std::vector<std::size_t> part_places;  ///< of each population's first neuron in a part
};

/// Adds the target errors to `backward` of the outputs, and measures the loss. For more than one trial.
void nudge_sweep(SweepTables& tables);

/// Steps 1 to 3 of the schedule in sweep_dynamics.cpp, with the widest instructions that this processor has. The target
/// error is in `backward` of the outputs. `crew` shares out the parts, if there are any.
void advance_sweep(SweepTables& tables, bool learn, Crew& crew);

/// Moves `values`, and `mirror` by the same step where it is not null; the direction starts at 0 again. All three have
/// whole blocks.
void move_parameters(const SweepUpdate& update, SweepMemory& memory, Floats& values, Floats* mirror);

}  // namespace vle
