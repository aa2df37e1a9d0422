#include "trial.hpp"

#include <algorithm>
#include <cmath>
#include <vle/random/philox.hpp>
#include <vle/random/stream.hpp>
#include <vle/result/check.hpp>

namespace vle::emulator {
namespace {

std::int64_t refresh_substeps(const Chip& chip) {
  if (!chip.fades()) return 0;
  const double substeps = chip.target->drift.refresh_period_seconds / chip.target->substep().value;
  return std::max<std::int64_t>(static_cast<std::int64_t>(std::nearbyint(substeps)), 1);
}

}  // namespace

TrialCounts& TrialCounts::operator+=(const TrialCounts& other) {
  analog.s += other.analog.s;
  analog.u += other.analog.u;
  analog.r += other.analog.r;
  analog.epsilon += other.analog.epsilon;
  analog.v += other.analog.v;
  analog.e += other.analog.e;
  analog.ota += other.analog.ota;
  inputs += other.inputs;
  targets += other.targets;
  crossing += other.crossing;
  adc += other.adc;
  plasticity += other.plasticity;
  return *this;
}

CoreSignals Trial::CoreState::views() {
  return {signals.u.data(),     signals.v.data(),       lookahead.data(), error_lead.data(), signals.r.data(),
          slope.data(),         signals.epsilon.data(), signals.e.data(), signals.s.data(),  forward_rows.data(),
          backward_rows.data(), target.data(),          noise.data()};
}

const Floats& Trial::Sampled::of(Signal signal) const {
  switch (signal) {
    case Signal::kU:
      return u;
    case Signal::kV:
      return v;
    case Signal::kR:
      return r;
    case Signal::kEpsilon:
      return epsilon;
    case Signal::kE:
      return e;
    case Signal::kS:
      return s;
    case Signal::kEnergy:
      break;
  }
  VLE_CHECK(signal != Signal::kEnergy, "an energy passed the check of the run");
  return r;
}

Trial::Trial(const RunPlan& plan, StimulusCodes stimulus, std::int64_t index_in_batch, bool reports)
    : plan_(plan),
      stimulus_(std::move(stimulus)),
      reports_(reports),
      number_(static_cast<std::uint32_t>(plan.options->first_trial + index_in_batch)),
      step_(-plan.options->settle_steps),
      input_codes_(static_cast<std::size_t>(stimulus_.input_channels), 0),
      refresh_substeps_(refresh_substeps(*plan.chip)),
      temporal_offsets_(plan.chip->has_temporal_offsets()),
      crossing_codes_(plan.chip->target->crossing.bits, plan.chip->target->crossing_range()) {
  const Chip& chip = *plan.chip;
  cores_.resize(chip.cores.size());
  for (std::size_t c = 0; c < cores_.size(); ++c) prepare_core(c);
  const auto sites = static_cast<std::size_t>(chip.geometry.cores * chip.geometry.columns);
  rate_bus_.assign(chip.rate_of_site(sites) + chip.rate_links.size(), 0.0f);
  error_bus_.assign(chip.error_of_site(sites) + chip.error_links.size(), 0.0f);
  const auto latency =
      static_cast<std::size_t>(chip.has(Effect::kCrossing) ? chip.target->crossing.latency_substeps : 0);
  const auto prepare = [latency](Crossings& crossings, std::size_t channels) {
    crossings.held.assign(channels, 0.0f);
    crossings.delayed.assign((latency + 1) * channels, 0.0f);
  };
  prepare(rate_crossings_, chip.rate_links.size());
  prepare(error_crossings_, chip.error_links.size());
  set_nudging(false);
  if (plan.learning == nullptr) return;
  for (PlasticityCore& engine : plan.learning->engines) {
    engine.reset_filters();
    learning_codes_.push_back(engine.make_codes());
  }
}

Result<std::int64_t> Trial::run(TraceWindow& window) {
  const RunOptions& options = *plan_.options;
  const std::int64_t total = (options.settle_steps + stimulus_.steps) * plan_.stimulus->batch;
  while (!is_over()) {
    if (options.stop.stop_requested()) break;
    if (take_step(window.at(), window.codes())) {
      if (Result<> given = window.advance(); !given) return tl::unexpected(given.error());
    }
    const std::int64_t done = plan_.steps_done->fetch_add(1, std::memory_order_relaxed) + 1;
    if (reports_ && options.progress) options.progress(done, total);
  }
  if (Result<> given = window.flush(); !given) return tl::unexpected(given.error());
  return std::max<std::int64_t>(step_, 0);
}

bool Trial::take_step(std::int64_t sample, std::span<std::int32_t* const> codes) {
  if (step_ == 0) set_nudging(!stimulus_.targets.empty());
  drive_inputs(std::max<std::int64_t>(step_, 0));
  const bool recorded = step_ >= 0 && step_ % plan_.options->every == 0;
  const std::int64_t substeps = plan_.chip->substeps_per_step;
  for (std::int64_t k = 0; k < substeps; ++k) {
    take_substep(plan_.learning != nullptr || (recorded && k == substeps - 1));
    if (plan_.learning != nullptr && step_ >= 0) learn();
  }
  if (recorded) record(sample, codes);
  ++step_;
  return recorded;
}

void Trial::set_nudging(bool on) {
  for (std::size_t c = 0; c < cores_.size(); ++c) {
    cores_[c].tables.beta = on ? cores_[c].constants().row(Constant::kBeta) : cores_[c].no_nudging.data();
  }
}

void Trial::drive_inputs(std::int64_t step) {
  const auto row = static_cast<std::size_t>(step);
  const auto inputs = static_cast<std::size_t>(stimulus_.input_channels);
  for (std::size_t channel = 0; channel < inputs; ++channel) {
    input_codes_[channel] = stimulus_.inputs[row * inputs + channel];
    rate_bus_[1 + channel] = plan_.chip->input_dac.value(channel, input_codes_[channel]);
  }
  if (!stimulus_.saturated_inputs.empty()) counts_.inputs += stimulus_.saturated_inputs[row];
  if (stimulus_.targets.empty()) return;
  const auto targets = static_cast<std::size_t>(stimulus_.target_channels);
  for (std::size_t c = 0; c < cores_.size(); ++c) {
    const std::vector<std::int32_t>& channels = plan_.chip->cores[c].target_channel;
    for (std::size_t i = 0; i < channels.size(); ++i) {
      if (channels[i] < 0 || channels[i] >= stimulus_.target_channels) continue;
      const auto channel = static_cast<std::size_t>(channels[i]);
      cores_[c].target[i] = plan_.chip->target_dac.value(channel, stimulus_.targets[row * targets + channel]);
    }
  }
  if (!stimulus_.saturated_targets.empty()) counts_.targets += stimulus_.saturated_targets[row];
}

// Every core reads the buses as the last sub-step left them; only then do the neurons put their new signals on.
void Trial::take_substep(bool sampled_at_end) {
  const Chip& chip = *plan_.chip;
  for (std::size_t c = 0; c < cores_.size(); ++c) {
    CoreState& core = cores_[c];
    const CoreArrays& arrays = chip.cores[c];
    for (std::size_t row = 0; row < core.forward_rows.size(); ++row)
      core.forward_rows[row] = rate_bus_[arrays.forward.inputs[row]];
    for (std::size_t row = 0; row < core.backward_rows.size(); ++row)
      core.backward_rows[row] = error_bus_[arrays.backward.inputs[row]];
    move_constants(c);
    if (sampled_at_end && !arrays.skew.empty()) core.before = core.signals;
  }
  const auto key = philox_key(plan_.options->seed);
  NoisePosition position{{key[0], key[1]}, static_cast<std::uint32_t>(substep_), number_, 0};
  const auto columns = static_cast<std::size_t>(chip.geometry.columns);
  for (std::size_t c = 0; c < cores_.size(); ++c) {
    CoreState& core = cores_[c];
    position.first_group = static_cast<std::uint32_t>(c) * chip.groups_per_core;
    plan_.kernels->step_core(core.tables, core.views(), position, counts_.analog);
    const std::size_t used = std::min(columns, core.signals.r.size());
    std::copy_n(core.signals.r.begin(), used, rate_bus_.begin() + chip.rate_of_site(c * columns));
    std::copy_n(core.signals.e.begin(), used, error_bus_.begin() + chip.error_of_site(c * columns));
  }
  const std::size_t sites = cores_.size() * columns;
  cross(rate_crossings_, chip.rate_links, rate_bus_, chip.rate_of_site(0), chip.rate_of_site(sites));
  cross(error_crossings_, chip.error_links, error_bus_, chip.error_of_site(0), chip.error_of_site(sites));
  ++substep_;
}

// A crossing holds the code of its last sample and shows it after its latency. Switched off, it is a wire.
void Trial::cross(Crossings& crossings, const std::vector<LinkChannel>& links, std::vector<float>& bus,
                  std::uint32_t first, std::uint32_t first_link) {
  if (links.empty()) return;
  const Chip& chip = *plan_.chip;
  const bool is_wire = !chip.has(Effect::kCrossing);
  const bool sampling = is_wire || substep_ % chip.target->crossing.period_substeps == 0;
  if (sampling) {
    for (std::size_t k = 0; k < links.size(); ++k) crossings.held[k] = bus[first + links[k].source];
  }
  if (sampling && !is_wire) {
    counts_.crossing += plan_.kernels->hold_codes(crossing_codes_.lsb(), crossing_codes_.full_code(),
                                                  static_cast<std::uint32_t>(links.size()), crossings.held.data());
  }
  std::copy(crossings.held.begin(), crossings.held.end(),
            crossings.delayed.begin() + static_cast<std::ptrdiff_t>(crossings.next * links.size()));
  crossings.next = (crossings.next + 1) % (crossings.delayed.size() / links.size());
  std::copy_n(crossings.delayed.begin() + static_cast<std::ptrdiff_t>(crossings.next * links.size()), links.size(),
              bus.begin() + first_link);
}

void Trial::record(std::int64_t sample, std::span<std::int32_t* const> codes) {
  for (std::size_t k = 0; k < plan_.recorded.size(); ++k) {
    const RecordedSignal& recorded = plan_.recorded[k];
    const std::size_t neurons = recorded.sites->size();
    std::int32_t* out = codes[k] + static_cast<std::size_t>(sample) * neurons;
    for (std::size_t i = 0; i < neurons; ++i) {
      const Site site = (*recorded.sites)[i];
      out[i] = convert(site.core, site.column, recorded.signal);
    }
  }
}

// Columns behind the last one in use have no circuit here; they are silent.
std::int32_t Trial::convert(std::uint32_t core, std::uint32_t column, Signal signal) {
  const Chip& chip = *plan_.chip;
  if (column >= chip.cores[core].width()) return 0;
  const double sigma = chip.has(Effect::kAdcNoise) ? chip.target->noise.adc_sigma_lsb : 0.0;
  auto deviation = static_cast<double>(cores_[core].settled->at(Constant::kAdcOffset, column));
  if (sigma > 0) deviation += sigma * static_cast<double>(adc_noise(core, signal)[column]);
  return chip.cores[core].adc.encode(column, sampled(core, column, signal), deviation, counts_.adc);
}

// A column that is sampled early by part of a sub-step holds what lies between its two ends.
double Trial::sampled(std::uint32_t core, std::uint32_t column, Signal signal) const {
  const CoreState& state = cores_[core];
  const float now = state.signals.of(signal)[column];
  const std::vector<float>& skew = plan_.chip->cores[core].skew;
  if (skew.empty() || skew[column] == 0) return static_cast<double>(now);
  return static_cast<double>(now + skew[column] * (state.before.of(signal)[column] - now));
}

// A conversion reads all columns of a core at once, so populations that share a core share its draws.
const std::vector<float>& Trial::adc_noise(std::uint32_t core, Signal signal) {
  if (adc_noise_.substep == substep_ && adc_noise_.core == core && adc_noise_.signal == signal)
    return adc_noise_.normals;
  adc_noise_.substep = substep_;
  adc_noise_.core = core;
  adc_noise_.signal = signal;
  const std::size_t width = plan_.chip->cores[core].width();
  adc_noise_.normals.resize(width);
  // A stream of its own for each signal: bits 8 and up tell which.
  const std::uint32_t stream = static_cast<std::uint32_t>(Stream::kAdcNoise) | (static_cast<std::uint32_t>(signal) + 1)
                                                                                   << 8;
  const auto key = philox_key(plan_.options->seed);
  const NoisePosition position{
      {key[0], key[1]}, static_cast<std::uint32_t>(substep_), number_, core * plan_.chip->groups_per_core};
  plan_.kernels->fill_normals(position, stream, static_cast<std::uint32_t>(width / 4), adc_noise_.normals.data());
  return adc_noise_.normals;
}

}  // namespace vle::emulator
