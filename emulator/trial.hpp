#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/backend/stimulus_codes.hpp>
#include <vle/backend/trace_sink.hpp>
#include <vle/target/signal_codes.hpp>

#include "chip.hpp"
#include "kernels/core_step.hpp"
#include "plasticity.hpp"

namespace vle::emulator {

/// A recorded signal of one population, in terms of the chip.
struct RecordedSignal {
  Signal signal = Signal::kR;
  const std::vector<Site>* sites = nullptr;
};

/// What a trial that learns changes: the chip, its registers, and the accumulators of its engines, one a core.
struct Learning {
  Chip* chip = nullptr;
  std::span<std::uint16_t> registers;
  std::span<PlasticityCore> engines;
};

/// What all trials of a run share. Nothing in it changes while they run.
struct RunPlan {
  const Chip* chip = nullptr;
  const ParameterMap* map = nullptr;  ///< none: the firmware's view, whose stimulus is codes alone
  std::int64_t image_words = 0;
  const Kernels* kernels = nullptr;
  const Stimulus* stimulus = nullptr;
  const RunOptions* options = nullptr;
  std::vector<RecordedSignal> recorded;
  std::atomic<std::int64_t>* steps_done = nullptr;  ///< over all trials, for progress
  const Learning* learning = nullptr;               ///< null: nothing learns. Otherwise the batch is one trial
};

/// What was lost to limited ranges in one trial, in events.
struct TrialCounts {
  Saturations analog;
  std::int64_t inputs = 0;
  std::int64_t targets = 0;
  std::int64_t crossing = 0;
  std::int64_t adc = 0;
  std::int64_t plasticity = 0;

  TrialCounts& operator+=(const TrialCounts& other);
};

/// One trial: the analog state from reset to the last step. Equal plans and trial numbers give equal bytes, whichever
/// thread runs it.
class Trial {
 public:
  /// `reports`: this trial's thread calls the run's progress function.
  Trial(const RunPlan& plan, StimulusCodes stimulus, std::int64_t index_in_batch, bool reports);

  /// Settles (the first input held, no target error), plays the stimulus, and writes codes into `window`, whose signals
  /// are those recorded. Returns the steps done: fewer than asked when a stop was requested. Errors: the sink's.
  [[nodiscard]] Result<std::int64_t> run(TraceWindow& window);

  /// The step that take_step() plays next: from -settle_steps on.
  std::int64_t next_step() const { return step_; }
  bool is_over() const { return step_ >= stimulus_.steps; }
  /// Plays one step. Where it is recorded, codes[k][sample * neurons + neuron] of recorded signal k gets it, and the
  /// answer is true.
  bool take_step(std::int64_t sample, std::span<std::int32_t* const> codes);
  const TrialCounts& counts() const { return counts_; }

 private:
  /// The signals that can be read out.
  struct Sampled {
    Floats u, v, r, epsilon, e, s;
    const Floats& of(Signal signal) const;
  };
  struct CoreState {
    Sampled signals;
    Floats lookahead, error_lead, slope;
    Floats forward_rows, backward_rows, target, noise;
    Floats no_nudging;                       ///< 0: beta while there is no target error
    Sampled before;                          ///< where the read-out samples columns one after another
    ConstantBlock own, own_slopes;           ///< redrawn for this trial
    ConstantBlock moving;                    ///< as they are in this sub-step
    const ConstantBlock* settled = nullptr;  ///< the chip's, or `own`
    const ConstantBlock* slopes = nullptr;
    CoreTables tables;
    CoreSignals views();
    /// What the kernels read.
    const ConstantBlock& constants() const { return moving.size() > 0 ? moving : *settled; }
  };
  /// Samples on their way between cores, oldest first from `next`.
  struct Crossings {
    std::vector<float> held;
    std::vector<float> delayed;  ///< [latency + 1][channels]
    std::size_t next = 0;
  };

  /// Room for one core, with the constants that this trial draws.
  void prepare_core(std::size_t core);
  void redraw(std::size_t core, std::size_t column);
  /// Lets cells fade and offsets change.
  void move_constants(std::size_t core);
  void set_nudging(bool on);
  const std::vector<float>& adc_noise(std::uint32_t core, Signal signal);
  void drive_inputs(std::int64_t step);
  /// `sampled_at_end`: the read-out may sample the state that this one leaves.
  void take_substep(bool sampled_at_end);
  void cross(Crossings& crossings, const std::vector<LinkChannel>& links, std::vector<float>& bus, std::uint32_t first,
             std::uint32_t first_link);
  /// Lets the engines that are due learn from the state as it is.
  void learn();
  void sample_for_learning(std::uint32_t core, bool with_gains, PlasticityCodes& codes);
  std::int32_t convert(std::uint32_t core, std::uint32_t column, Signal signal);
  /// What the read-out holds of a column.
  double sampled(std::uint32_t core, std::uint32_t column, Signal signal) const;
  void record(std::int64_t sample, std::span<std::int32_t* const> codes);

  const RunPlan& plan_;
  StimulusCodes stimulus_;
  bool reports_;
  std::uint32_t number_;  ///< trial number: key of everything temporal
  std::int64_t step_;
  std::int64_t substep_ = 0;
  std::vector<CoreState> cores_;
  std::vector<float> rate_bus_;
  std::vector<float> error_bus_;
  Crossings rate_crossings_;
  Crossings error_crossings_;
  struct AdcNoise {  ///< of the conversion at hand
    std::int64_t substep = -1;
    std::uint32_t core = 0;
    Signal signal = Signal::kR;
    std::vector<float> normals;
  };
  AdcNoise adc_noise_;
  std::vector<PlasticityCodes> learning_codes_;  ///< one a core
  std::vector<std::int32_t> input_codes_;        ///< that the converters hold
  std::vector<float> normals_;                   ///< of offsets that change
  std::int64_t refresh_substeps_;                ///< from one refresh of the cells to the next; 0: they do not fade
  bool temporal_offsets_;
  SignalCodes crossing_codes_;
  TrialCounts counts_;
};

}  // namespace vle::emulator
