#include "schedule.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>

namespace vle::emulator {
namespace {

using Clock = std::int64_t;

constexpr std::int64_t kLongestPeriod = 4096;  // steps within which a repetition is looked for

/// What a unit is asked for: `events` of `work`, for `clocks`, from `ready` on.
struct Request {
  Clock ready = 0;
  Clock clocks = 0;
  std::int64_t events = 0;
  std::string_view work;
};

/// Keeps the accounts: which phase a clock belongs to, the counts, and the timeline.
class Ledger {
 public:
  Ledger(const std::array<Clock, kPhases>& phase_begin, Timeline* timeline, Clock timeline_end)
      : phase_begin_(phase_begin), timeline_(timeline), timeline_end_(timeline_end) {}

  void enter(Unit unit, std::size_t index, const Request& request, Clock begin) {
    const std::size_t phase = phase_of(begin);
    UnitCount& count = counts[phase][static_cast<std::size_t>(unit)];
    count.clocks += request.clocks;
    count.events += request.events;
    count.stalled += begin - request.ready;
    if (timeline_ == nullptr || begin >= timeline_end_ || request.clocks == 0) return;
    timeline_->intervals.push_back({kUnitNames[static_cast<std::size_t>(unit)], static_cast<std::uint32_t>(index),
                                    request.work, kPhaseNames[phase], begin, begin + request.clocks, request.events});
  }
  void enter_late(Unit unit, Clock begin, std::int64_t events) {
    counts[phase_of(begin)][static_cast<std::size_t>(unit)].late += events;
  }

  std::array<std::array<UnitCount, kUnits>, kPhases> counts{};

 private:
  std::size_t phase_of(Clock begin) const {
    std::size_t phase = kPhases - 1;
    while (phase > 0 && begin < phase_begin_[phase]) --phase;
    return phase;
  }

  std::array<Clock, kPhases> phase_begin_;
  Timeline* timeline_;
  Clock timeline_end_;
};

/// One unit: serves in order of request.
struct Server {
  Unit unit = Unit::kBus;
  std::size_t index = 0;
  Clock free = 0;

  /// Begin of the service.
  Clock serve(const Request& request, Ledger& ledger, Clock blocked_until = 0) {
    const Clock begin = std::max({request.ready, free, blocked_until});
    free = begin + request.clocks;
    ledger.enter(unit, index, request, begin);
    return begin;
  }
};

/// What leads into a core: a router that passes one word to every lane at a time, and before each lane a queue. While
/// the queues are full the router waits.
struct Inlet {
  Server router;
  Server link;
  std::vector<Clock> taken;  ///< when the words in the last places of a queue left it, a ring
  std::size_t next = 0;
};

class Scheduler {
 public:
  Scheduler(const Workload& workload, Timeline* timeline, std::int64_t timeline_steps)
      : work_(workload),
        target_(*workload.target),
        step_clocks_(workload.substeps_per_step * target_.substep_clocks),
        load_end_(workload.load_words * target_.costs.bus_word_clocks),
        run_begin_(load_end_ + workload.settle_steps * step_clocks_),
        run_end_(run_begin_ + workload.steps * step_clocks_),
        ledger_({0, load_end_, run_begin_, run_end_}, timeline, timeline_end(timeline_steps)),
        exact_steps_(timeline == nullptr ? 0 : timeline_steps) {
    for (std::size_t c = 0; c < work_.cores.size(); ++c) {
      adc_.push_back({Unit::kAdc, c, 0});
      row_scan_.push_back({Unit::kRowScan, c, 0});
      plasticity_.push_back({Unit::kPlasticity, c, 0});
      inlets_.push_back({{Unit::kRouter, c, 0}, {Unit::kLink, c, 0}, {}, 0});
      inlets_.back().taken.assign(static_cast<std::size_t>(target_.costs.link_fifo_words), 0);
    }
  }

  ScheduleResult run() {
    bus_.serve({0, load_end_, work_.load_words, "registers"}, ledger_);
    play(0, work_.settle_steps);
    play(work_.settle_steps, work_.settle_steps + work_.steps);
    Clock end = run_end_;
    for_each_server([&end](const Server& server) { end = std::max(end, server.free); });
    ScheduleResult result;
    result.counts = ledger_.counts;
    result.phase_clocks = {load_end_, run_begin_ - load_end_, run_end_ - run_begin_,
                           std::max(bus_.free, end) - run_end_};
    return result;
  }

 private:
  Clock timeline_end(std::int64_t steps) const {
    if (steps >= work_.settle_steps + work_.steps) return std::numeric_limits<Clock>::max();
    return load_end_ + steps * step_clocks_;
  }
  Clock begin_of(std::int64_t step) const { return load_end_ + step * step_clocks_; }

  template <class Visitor>
  void for_each_server(Visitor&& visit) {
    visit(dac_);
    visit(analog_);
    for (auto* servers : {&adc_, &row_scan_, &plasticity_}) {
      for (Server& server : *servers) visit(server);
    }
    for (Inlet& inlet : inlets_) {
      visit(inlet.router);
      visit(inlet.link);
    }
  }

  // Once the units stand at the beginning of a period as they stood at the last, what they did in between repeats. The
  // bus is outside of this: nothing waits for it, and its queue may grow for ever.
  void play(std::int64_t first, std::int64_t last) {
    const std::int64_t period = period_steps();
    std::int64_t step = first;
    std::vector<Clock> before;
    while (step < last) {
      const std::int64_t end = std::min(step + period, last);
      const auto counts = ledger_.counts;
      sent_.clear();
      for (std::int64_t n = step; n < end; ++n) play_step(n);
      const bool may_repeat = end >= exact_steps_ && end - step == period && period <= kLongestPeriod;
      const std::int64_t repeats = may_repeat ? (last - end) / period - 2 : 0;
      step = end;
      if (repeats < 1) continue;
      const std::vector<Clock> now = state_at(begin_of(end));
      if (now == before) {
        repeat(counts, period, repeats);
        step += repeats * period;
      }
      before = state_at(begin_of(step));
    }
  }

  /// Steps after which everything that is asked for comes at the same sub-steps again.
  std::int64_t period_steps() const {
    std::int64_t period = work_.every;
    const auto include = [&](std::int64_t substeps) {
      const std::int64_t steps = substeps / std::gcd(substeps, work_.substeps_per_step);
      if (period <= kLongestPeriod) period = std::lcm(period, steps);
    };
    for (const Workload::Core& core : work_.cores) {
      if (core.link_words > 0) include(target_.crossing.period_substeps);
      if (core.learn_period > 0) include(core.learn_period);
    }
    return period;
  }

  /// How long each unit and each place of a queue is still taken.
  std::vector<Clock> state_at(Clock now) {
    std::vector<Clock> state;
    for_each_server([&](const Server& server) { state.push_back(std::max<Clock>(server.free - now, 0)); });
    for (const Inlet& inlet : inlets_) {
      for (std::size_t i = 0; i < inlet.taken.size(); ++i) {
        state.push_back(std::max<Clock>(inlet.taken[(inlet.next + i) % inlet.taken.size()] - now, 0));
      }
    }
    return state;
  }

  void repeat(const std::array<std::array<UnitCount, kUnits>, kPhases>& before, std::int64_t period,
              std::int64_t repeats) {
    const Clock shift = period * step_clocks_;
    for (std::size_t phase = 0; phase < kPhases; ++phase) {
      for (std::size_t unit = 0; unit < kUnits; ++unit) {
        if (unit == static_cast<std::size_t>(Unit::kBus)) continue;
        UnitCount& count = ledger_.counts[phase][unit];
        const UnitCount& old = before[phase][unit];
        count.clocks += repeats * (count.clocks - old.clocks);
        count.stalled += repeats * (count.stalled - old.stalled);
        count.late += repeats * (count.late - old.late);
        count.events += repeats * (count.events - old.events);
      }
    }
    for_each_server([&](Server& server) { server.free += repeats * shift; });
    for (Inlet& inlet : inlets_) {
      for (Clock& taken : inlet.taken) taken += repeats * shift;
    }
    for (std::int64_t k = 1; k <= repeats; ++k) {
      for (Request request : sent_) {
        request.ready += k * shift;
        bus_.serve(request, ledger_);
      }
    }
  }

  void play_step(std::int64_t step) {
    const Clock begin = begin_of(step);
    if (work_.dac_channels > 0) {
      const Clock served = dac_.serve({begin, target_.input_dac.clocks, work_.dac_channels, "inputs"}, ledger_);
      if (served > begin) ledger_.enter_late(Unit::kDac, served, work_.dac_channels);
    }
    analog_.serve({begin, step_clocks_, work_.substeps_per_step, "step"}, ledger_);
    samples_.clear();
    const std::int64_t first = step * work_.substeps_per_step;
    for (std::int64_t k = first; k < first + work_.substeps_per_step; ++k) {
      const Clock end = load_end_ + (k + 1) * target_.substep_clocks;
      const bool records = step >= work_.settle_steps && k + 1 == first + work_.substeps_per_step &&
                           (step - work_.settle_steps) % work_.every == 0;
      for (std::size_t c = 0; c < work_.cores.size(); ++c) {
        const Workload::Core& core = work_.cores[c];
        if (core.link_words > 0 && k % target_.crossing.period_substeps == 0) cross(c, end);
        const bool learns = step >= work_.settle_steps && core.learn_period > 0 && (k + 1) % core.learn_period == 0;
        if (records || learns) convert(c, end, records, learns);
      }
    }
    std::stable_sort(samples_.begin(), samples_.end(),
                     [](const Request& a, const Request& b) { return a.ready < b.ready; });
    for (const Request& request : samples_) {
      bus_.serve(request, ledger_);
      sent_.push_back(request);
    }
  }

  // One sample of every channel into a core, a word on each lane at a time.
  void cross(std::size_t core, Clock sampled) {
    const Costs& costs = target_.costs;
    Inlet& inlet = inlets_[core];
    const Clock deadline = sampled + target_.crossing.latency_substeps * target_.substep_clocks;
    const std::int64_t words = work_.cores[core].link_words;
    const std::int64_t lanes = costs.link_lanes > 0 ? costs.link_lanes : words;
    for (std::int64_t sent = 0; sent < words; sent += lanes) {
      const std::int64_t beat = std::min(lanes, words - sent);
      const Clock room = inlet.taken.empty() ? 0 : inlet.taken[inlet.next];
      const Clock passed = costs.router_word_clocks +
                           inlet.router.serve({sampled, costs.router_word_clocks, beat, "words"}, ledger_, room);
      const Clock left = inlet.link.serve({passed, costs.link_word_clocks, beat, "words"}, ledger_);
      if (left + costs.link_word_clocks > deadline) ledger_.enter_late(Unit::kLink, left, beat);
      if (inlet.taken.empty()) continue;
      inlet.taken[inlet.next] = left;
      inlet.next = (inlet.next + 1) % inlet.taken.size();
    }
  }

  // Kinds of signals one after another, each once for whoever asked; all were sampled and held at `sampled`.
  void convert(std::size_t c, Clock sampled, bool records, bool learns) {
    const Workload::Core& core = work_.cores[c];
    Clock converted = sampled;
    for (std::size_t kind = 0; kind < kSignalKinds; ++kind) {
      const bool recorded = records && core.recorded[kind] > 0;
      const bool learned = learns && is_learned_from(core, kSignals[kind]);
      if (!recorded && !learned) continue;
      const Clock begin =
          adc_[c].serve({converted, target_.readout_adc.clocks, work_.columns, name_of(kSignals[kind])}, ledger_);
      if (begin > converted) ledger_.enter_late(Unit::kAdc, begin, work_.columns);
      converted = adc_[c].free;
      if (recorded) {
        const Clock clocks = core.recorded[kind] * target_.costs.bus_word_clocks;
        samples_.push_back({converted, clocks, core.recorded[kind], "codes"});
      }
    }
    if (learns) learn(c, converted);
  }

  static bool is_learned_from(const Workload::Core& core, Signal signal) {
    if (signal == Signal::kR || signal == Signal::kE) return true;
    return core.learning.conversions > 2 && (signal == Signal::kEpsilon || signal == Signal::kV);
  }

  // While a row is updated the scan reads the next one and writes the last one back.
  void learn(std::size_t c, Clock converted) {
    const PlasticityEngine& engine = *target_.plasticity;
    const LearningLoad& load = work_.cores[c].learning;
    const Clock pass = load.column_passes * engine.update_clocks;
    const std::int64_t rows = load.forward_rows + load.backward_rows;
    Server& scan = row_scan_[c];
    Server& engine_server = plasticity_[c];
    Clock next_read = converted;
    for (std::int64_t row = 0; row < rows; ++row) {
      if (row == 0) next_read = scan.serve({converted, engine.row_clocks, 1, "read"}, ledger_) + engine.row_clocks;
      const Clock read = next_read;
      if (row + 1 < rows) next_read = scan.serve({read, engine.row_clocks, 1, "read"}, ledger_) + engine.row_clocks;
      engine_server.serve({read, pass, work_.columns, "row"}, ledger_);
      scan.serve({engine_server.free, engine.row_clocks, 1, "write"}, ledger_);
    }
    if (load.neuron_passes == 0) return;
    engine_server.serve({std::max(converted, engine_server.free), load.neuron_passes * pass,
                         load.neuron_passes * work_.columns, "neurons"},
                        ledger_);
  }

  const Workload& work_;
  const Target& target_;
  Clock step_clocks_;
  Clock load_end_;
  Clock run_begin_;
  Clock run_end_;
  Ledger ledger_;
  std::int64_t exact_steps_;  ///< steps that the timeline shows are played one by one
  Server bus_{Unit::kBus, 0, 0};
  Server analog_{Unit::kAnalog, 0, 0};
  Server dac_{Unit::kDac, 0, 0};
  std::vector<Server> adc_, row_scan_, plasticity_;
  std::vector<Inlet> inlets_;
  std::vector<Request> samples_;  ///< codes of this step, for the bus
  std::vector<Request> sent_;     ///< of this period
};

}  // namespace

ScheduleResult schedule(const Workload& workload, Timeline* timeline, std::int64_t timeline_steps) {
  if (timeline != nullptr) timeline->clock_seconds = workload.target->clock_period.value;
  return Scheduler(workload, timeline, timeline_steps).run();
}

}  // namespace vle::emulator
