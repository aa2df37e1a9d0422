#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>
#include <vle/network/network.hpp>
#include <vle/parameter_map/parameter_map.hpp>
#include <vle/result/result.hpp>

namespace vle {

/// A signal of a neuron (SCIENCE.md 2): membrane, error low pass, rate, local error, prospective error, synaptic input.
/// Or the prospective energy of a population (SCIENCE.md 3), one value for all its neurons, which no converter reads:
///
///     1/2 sum_i m_i^2 + beta C      m_i = D+_{tau_m} u_i - s_i; C only of an output, and where there are targets
enum class Signal { kU, kV, kR, kEpsilon, kE, kS, kEnergy };
/// Those of a neuron.
inline constexpr Signal kSignals[] = {Signal::kU, Signal::kV, Signal::kR, Signal::kEpsilon, Signal::kE, Signal::kS};

/// `u`, `v`, `r`, `epsilon`, `e`, `s`, `energy`.
std::string_view name_of(Signal signal);
std::optional<Signal> find_signal(std::string_view name);

/// What goes in. A batch is independent trials of the same network on the same chip, each from reset.
struct Stimulus {
  std::int64_t batch = 1;
  std::int64_t steps = 0;
  std::int64_t input_channels = 0;
  std::int64_t target_channels = 0;
  std::vector<double> inputs;   ///< [batch][steps][input_channels]
  std::vector<double> targets;  ///< [batch][steps][target_channels]; empty: the target error is 0 throughout
};

/// One signal of one population: of every neuron of it, or its energy.
struct Recording {
  std::string population;
  Signal signal = Signal::kR;
};

class TraceSink;

struct RunOptions {
  std::uint64_t seed = 0;             ///< key of everything temporal; real boards ignore it
  std::int64_t first_trial = 0;       ///< trial number of the first stream of the batch
  std::int64_t settle_steps = 0;      ///< steps with the first input held and no target error, before recording begins
  std::int64_t every = 1;             ///< record steps 0, every, 2 every, ...
  std::vector<Recording> recordings;  ///< empty: r of every population
  int threads = 1;
  /// The chip's plasticity engine works during the run and leaves what it learned in the registers. One trial at a
  /// time.
  bool learn = false;
  std::int64_t timeline_steps = 0;  ///< first steps, settling included, that Traces::timeline shows; 0: no timeline
  /// Takes the samples as they come (vle/backend/trace_sink.hpp); the traces that a run returns then hold none. Null:
  /// they hold them all.
  TraceSink* sink = nullptr;
  std::stop_token stop;  ///< asks the run to end after the step at hand
  /// Steps done and to do, settling included, each counted once per trial; never falls. May be empty.
  std::function<void(std::int64_t done, std::int64_t total)> progress;
};

/// A recorded signal: ADC codes where a converter made them, plain values on the reference.
struct SignalTrace {
  std::string population;
  Signal signal = Signal::kR;
  std::int64_t neurons = 0;          ///< 1 for the energy of a population
  std::int64_t samples = 0;          ///< per trial
  std::vector<std::int32_t> codes;   ///< [batch][samples][neurons]; empty on the reference
  std::vector<double> values;        ///< [batch][samples][neurons]; empty where codes are given
  CodeScale scale;                   ///< model value = scale * code + offset
  std::vector<double> correction{};  ///< model value to add for each neuron, by a calibration; empty: none
  std::vector<double> gain{};        ///< what the rest is multiplied by before that, by a calibration; empty: 1

  std::size_t size() const { return codes.empty() ? values.size() : codes.size(); }
  /// Model value of element i.
  double value(std::size_t i) const {
    if (codes.empty()) return values[i];
    const std::size_t neuron = i % static_cast<std::size_t>(neurons);
    const double value = (scale.scale * codes[i] + scale.offset) * (gain.empty() ? 1 : gain[neuron]);
    return correction.empty() ? value : value + correction[neuron];
  }
};

/// One phase of a trial on a device, by unit.
struct PhaseReport {
  std::string phase;                           ///< load, settle, run, readout
  std::int64_t clocks = 0;                     ///< from its beginning to the next
  std::map<std::string, std::int64_t> cycles;  ///< clocks in which a unit worked on what began in this phase
  std::map<std::string, double> energy_joules;
};

/// One piece of work of one unit of a device, in clocks from the beginning of loading.
struct TimelineInterval {
  std::string_view unit;
  std::uint32_t index = 0;  ///< which of its kind: the core
  std::string_view work;
  std::string_view phase;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t events = 0;  ///< words, conversions, rows, accumulators, sub-steps
};

/// What every unit did, in order of begin within a unit. Intervals of one unit and index never overlap.
struct Timeline {
  double clock_seconds = 0;
  std::vector<TimelineInterval> intervals;
};

/// Counts of a run, by unit; names are part of the result format.
struct RunReport {
  std::string backend;  ///< `reference` or `emulator`
  std::string target;   ///< name; empty on the reference
  std::string target_hash;
  std::optional<std::uint64_t> chip_id;
  std::uint64_t seed = 0;
  std::string network_hash;
  std::string calibration_hash;
  std::int64_t batch = 1;
  std::int64_t steps = 0;     ///< done, per trial (the least of the batch when interrupted)
  double model_seconds = 0;   ///< of one trial, settling included
  double device_seconds = 0;  ///< chip time of one trial, loading included; 0 on the reference
  std::int64_t neurons = 0;
  std::int64_t synapses = 0;
  std::int64_t substeps = 0;  ///< of one trial: integration steps taken
  /// Clock cycles in which units worked: bus, analog, dac, adc, row_scan, plasticity, router, link; summed over cores.
  std::map<std::string, std::int64_t> cycles;
  std::map<std::string, std::int64_t> stalled;  ///< clocks for which work waited for a unit that was busy or blocked
  std::map<std::string, std::int64_t> late;     ///< events that came later than the target promises: dac, link
  std::vector<PhaseReport> phases;              ///< of one trial, in order; their clocks add up to device_seconds
  std::map<std::string, double> energy_joules;  ///< by unit
  std::map<std::string, std::int64_t>
      saturated;  ///< events by block: inputs, weights, s, u, r, epsilon, v, e, adc, ...
  bool interrupted = false;
};

struct Traces {
  double dt = 0;  ///< seconds of model time between steps
  std::int64_t every = 1;
  std::int64_t batch = 1;
  std::vector<SignalTrace> signals;
  RunReport report;
  Timeline timeline = {};  ///< of the first trial; empty unless asked for and known to the device
};

/// What a device is and can do.
struct DeviceInfo {
  std::string backend;
  std::string target;  ///< empty on the reference
  std::string target_hash;
  std::optional<std::uint64_t> chip_id;
  bool loads_networks = false;
  bool loads_maps = false;
  bool has_registers = false;  ///< takes write_registers() and read_registers()
  bool learns = false;         ///< takes RunOptions::learn
};

/// Consecutive registers of a loaded map and what they shall hold.
struct RegisterWrite {
  std::uint32_t address = 0;  ///< of the first word in the image
  std::vector<std::uint16_t> words;
};

/// A device that a network runs on: the reference, an emulated chip, a board. Nothing above asks which.
///
/// load() programs it; run() resets the analog state, settles, plays the stimulus and stops. A failed load leaves what
/// was loaded before. Not thread-safe; several backends may run side by side.
class Backend {
 public:
  virtual ~Backend() = default;

  virtual DeviceInfo info() const = 0;
  /// Refuses (kUnsupported) what the device does not take, and (kInvalidInput) a map of another target.
  [[nodiscard]] virtual Result<> load(std::shared_ptr<const ParameterMap> map) = 0;
  [[nodiscard]] virtual Result<> load(std::shared_ptr<const Network> network) = 0;
  /// Errors: kInvalidInput (nothing loaded, shapes, NaN, unknown population), kUnsupported (what cannot be recorded).
  [[nodiscard]] virtual Result<Traces> run(const Stimulus& stimulus, const RunOptions& options) = 0;

  /// Changes registers of what is loaded, weights between two trials of learning, say: all of `writes` in their order,
  /// or none of them. The next run() goes by them; the next load() forgets them. Errors: kUnsupported (the device has
  /// no registers), kInvalidInput (nothing loaded, beyond the image, the registers of layout and sub-steps).
  [[nodiscard]] virtual Result<> write_registers(std::span<const RegisterWrite> writes);
  /// What `count` registers from `address` hold now. Errors as those of write_registers().
  [[nodiscard]] virtual Result<std::vector<std::uint16_t>> read_registers(std::uint32_t address, std::uint32_t count);
};

/// The check of addresses that every backend with registers makes: `[address, address + count)` lies in an image of
/// `size` words and, where it is to be written, behind the words that say how the image is laid out.
[[nodiscard]] Result<> check_registers(std::uint32_t address, std::size_t count, std::size_t size, bool writing);

/// The arithmetic of the reference: float64, the oracle, or float32 (vle/sweep/sweep_dynamics.hpp), for speed.
enum class Precision { kDouble, kSingle };

/// The reference as a backend. A map is run through recover_network(), at the map's own sub-steps. A run learns
/// nothing; one that diverges is an error (kInvalidInput) that names neuron and step.
struct ReferenceOptions {
  std::int64_t substeps = 0;  ///< > 0: the ideal twin, `exponential` at dt / substeps with held inputs; 0: as described
  Precision precision = Precision::kDouble;
};
std::unique_ptr<Backend> make_reference_backend(ReferenceOptions options = {});

/// Checks of stimulus and options that every backend makes: shapes, finite values, known populations, and kUnsupported
/// for an energy unless the backend `measures_energy`.
[[nodiscard]] Result<> check_run(const Stimulus& stimulus, const RunOptions& options, std::int64_t input_channels,
                                 std::int64_t target_channels, const std::vector<std::string>& populations,
                                 bool measures_energy = false);

/// The check of RunOptions::learn that every backend makes: the device learns, and the batch is one trial.
[[nodiscard]] Result<> check_learning(const Stimulus& stimulus, const RunOptions& options, const DeviceInfo& device);

/// Distance of one signal from another of the same shape: RMS difference over the standard deviation of `ideal`.
[[nodiscard]] Result<double> normalised_rms_error(const SignalTrace& trace, const SignalTrace& ideal);

}  // namespace vle
