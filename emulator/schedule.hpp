#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/target/learning_time.hpp>

namespace vle::emulator {

/// The units of a chip that take time by the clock. Bus and analog core are one a board, the others one a core.
enum class Unit : std::uint8_t { kBus, kAnalog, kDac, kAdc, kRowScan, kPlasticity, kRouter, kLink };
inline constexpr std::size_t kUnits = 8;
inline constexpr std::array<std::string_view, kUnits> kUnitNames{"bus",      "analog",     "dac",    "adc",
                                                                 "row_scan", "plasticity", "router", "link"};
enum class Phase : std::uint8_t { kLoad, kSettle, kRun, kReadout };
inline constexpr std::size_t kPhases = 4;
inline constexpr std::array<std::string_view, kPhases> kPhaseNames{"load", "settle", "run", "readout"};

inline constexpr std::size_t kSignalKinds = std::size(kSignals);

/// What one trial asks of the units. Nothing in it depends on signals, so the schedule is known before the run.
struct Workload {
  struct Core {
    std::array<std::int64_t, kSignalKinds> recorded{};  ///< words of a sample by kind of signal; 0: not recorded
    std::int64_t link_words = 0;                        ///< into this core, of one sample of all its channels
    std::int64_t learn_period = 0;                      ///< sub-steps; 0: does not learn
    LearningLoad learning;
  };
  std::int64_t load_words = 0;
  std::int64_t settle_steps = 0;
  std::int64_t steps = 0;  ///< after settling
  std::int64_t every = 1;  ///< steps from one recorded sample to the next
  std::int64_t substeps_per_step = 1;
  std::int64_t dac_channels = 0;  ///< converted once a step
  std::int64_t columns = 0;       ///< of a core: channels of one conversion, accumulators of one row
  const Target* target = nullptr;
  std::vector<Core> cores;
};

/// Work of one unit in one phase.
struct UnitCount {
  std::int64_t clocks = 0;   ///< it worked
  std::int64_t stalled = 0;  ///< clocks for which work waited for it
  std::int64_t late = 0;     ///< events after their time: conversions begun, words arrived
  std::int64_t events = 0;   ///< words, sub-steps, channels, rows, accumulators
};

struct ScheduleResult {
  std::array<std::array<UnitCount, kUnits>, kPhases> counts{};
  std::array<std::int64_t, kPhases> phase_clocks{};

  const UnitCount& at(Phase phase, Unit unit) const {
    return counts[static_cast<std::size_t>(phase)][static_cast<std::size_t>(unit)];
  }
};

/// The schedule of one trial: every unit serves one piece of work after another, in order of request, each for a fixed
/// number of clocks, and waits where what it hands to has no room (docs/emulator.md). Work counts to the phase in which
/// it begins. `timeline`, where not null, gets what begins within the first `timeline_steps`.
ScheduleResult schedule(const Workload& workload, Timeline* timeline, std::int64_t timeline_steps);

}  // namespace vle::emulator
