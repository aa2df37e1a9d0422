#include <algorithm>
#include <atomic>
#include <optional>
#include <vle/emulator/chip_port.hpp>

#include "accounts.hpp"
#include "chip.hpp"
#include "kernels/dispatch.hpp"
#include "trial.hpp"

namespace vle::emulator {

struct ChipPort::State {
  Target target;
  std::uint64_t chip_id = 0;
  Effects effects;
  double temperature_kelvin = 0;  ///< 0: nominal
  Geometry geometry;
  std::vector<std::uint16_t> registers;
  std::unique_ptr<Chip> chip;  ///< of the registers; none: they changed since

  // The run. A plan points into what stands above it.
  RunOptions options;
  Stimulus shape;
  std::vector<std::vector<Site>> sites;
  RunPlan plan;
  std::optional<Trial> trial;
  std::vector<std::int32_t> sample;
  std::vector<std::int32_t*> sample_parts;
  std::int64_t steps_done = 0;
  TrialCounts counts;
};

namespace {

/// Bounds that keep every product of the layout within its type, whatever a stranger claims.
Result<> check_sizes(const Geometry& geometry, std::size_t words) {
  const std::int64_t sizes[] = {geometry.cores,           geometry.rows,
                                geometry.columns,         geometry.input_channels,
                                geometry.target_channels, geometry.link_channels};
  const bool in_range = std::ranges::all_of(sizes, [](std::int64_t n) { return n >= 0 && n <= 0xFFFF; });
  if (!in_range || geometry.cores < 1 || geometry.columns < 1) {
    return fail(ErrorCode::kInvalidInput, "geometry: sizes must be 0..65535, cores and columns at least 1");
  }
  if (2 * geometry.rows * geometry.columns > static_cast<std::int64_t>(words)) {
    return fail(ErrorCode::kInvalidInput, "geometry: {} rows x {} columns do not fit an image of {} words",
                geometry.rows, geometry.columns, words);
  }
  return check_geometry(geometry);
}

Result<> check_scan(const Geometry& geometry, const std::vector<ScanRange>& scan) {
  for (const ScanRange& range : scan) {
    const std::uint64_t end = std::uint64_t{range.first_column} + range.count;
    if (range.core < static_cast<std::uint64_t>(geometry.cores) && range.count > 0 &&
        end <= static_cast<std::uint64_t>(geometry.columns)) {
      continue;
    }
    return fail(ErrorCode::kInvalidInput, "scan: core {}, columns {}..{}; there are {} cores of {} columns", range.core,
                range.first_column, end, geometry.cores, geometry.columns);
  }
  return {};
}

Result<> check_stimulus(const Geometry& geometry, const StimulusCodes& stimulus) {
  if (stimulus.steps < 1 || stimulus.input_channels > geometry.input_channels ||
      stimulus.target_channels > geometry.target_channels) {
    return fail(ErrorCode::kInvalidInput, "stimulus: {} steps of {} input and {} target channels; the image has {}, {}",
                stimulus.steps, stimulus.input_channels, stimulus.target_channels, geometry.input_channels,
                geometry.target_channels);
  }
  const bool whole = stimulus.inputs.size() == static_cast<std::size_t>(stimulus.steps * stimulus.input_channels) &&
                     stimulus.targets.size() == static_cast<std::size_t>(stimulus.steps * stimulus.target_channels);
  return whole ? Result<>{} : fail(ErrorCode::kInvalidInput, "stimulus: as many codes as its shape asks for");
}

}  // namespace

ChipPort::ChipPort(Target target, std::uint64_t chip_id, Effects effects, double temperature_kelvin)
    : state_(std::make_unique<State>()) {
  state_->target = std::move(target);
  state_->chip_id = chip_id;
  state_->effects = effects;
  state_->temperature_kelvin = temperature_kelvin;
}

ChipPort::~ChipPort() = default;

const Target& ChipPort::target() const {
  return state_->target;
}
std::uint64_t ChipPort::chip_id() const {
  return state_->chip_id;
}
std::span<const std::uint16_t> ChipPort::registers() const {
  return state_->registers;
}

Result<> ChipPort::exchange(const Geometry& geometry, std::vector<std::uint16_t>& image) {
  if (Result<> ok = check_sizes(geometry, image.size()); !ok) return ok;
  const std::size_t words = RegisterLayout(state_->target, geometry).size();
  if (image.size() != words) {
    return fail(ErrorCode::kInvalidInput, "image: {} words, but this geometry has {} on {}", image.size(), words,
                state_->target.name);
  }
  if (image[RegisterLayout::kVersionAddress] != RegisterLayout::kVersion) {
    return fail(ErrorCode::kInvalidInput, "image: layout version {}; this chip has {}",
                image[RegisterLayout::kVersionAddress], RegisterLayout::kVersion);
  }
  abort();
  state_->geometry = geometry;
  state_->registers.swap(image);
  state_->chip.reset();
  return {};
}

Result<> ChipPort::load(const Geometry& geometry, std::span<const std::uint16_t> image) {
  std::vector<std::uint16_t> words(image.begin(), image.end());
  return exchange(geometry, words);
}

Result<> ChipPort::write_registers(std::uint32_t address, std::span<const std::uint16_t> words) {
  if (Result<> ok = check_registers(address, words.size(), state_->registers.size(), true); !ok) return ok;
  abort();
  std::ranges::copy(words, state_->registers.begin() + address);
  state_->chip.reset();
  return {};
}

Result<> ChipPort::begin(const ChipRun& run, StimulusCodes stimulus) {
  State& state = *state_;
  if (state.registers.empty()) return fail(ErrorCode::kInvalidInput, "nothing is loaded; load an image before a run");
  if (Result<> ok = check_stimulus(state.geometry, stimulus); !ok) return ok;
  if (Result<> ok = check_scan(state.geometry, run.scan); !ok) return ok;
  if (run.every < 1 || run.settle_steps < 0) return fail(ErrorCode::kInvalidInput, "run: every, settle_steps");
  abort();
  if (!state.chip) {
    state.chip = std::make_unique<Chip>(state.geometry, state.registers, state.target, state.chip_id, state.effects,
                                        state.temperature_kelvin);
  }
  state.options = {};
  state.options.seed = run.seed;
  state.options.first_trial = run.trial;
  state.options.settle_steps = run.settle_steps;
  state.options.every = run.every;
  state.shape = {1, stimulus.steps, stimulus.input_channels, stimulus.target_channels, {}, {}};
  state.sites.clear();
  for (const ScanRange& range : run.scan) {
    std::vector<Site>& sites = state.sites.emplace_back();
    for (std::uint32_t i = 0; i < range.count; ++i) sites.push_back({range.core, range.first_column + i});
  }
  state.plan = {};
  state.plan.chip = state.chip.get();
  state.plan.kernels = &best_kernels();
  state.plan.stimulus = &state.shape;
  state.plan.options = &state.options;
  state.plan.image_words = static_cast<std::int64_t>(state.registers.size());
  std::size_t codes = 0;
  for (std::size_t k = 0; k < run.scan.size(); ++k) {
    state.plan.recorded.push_back({run.scan[k].signal, &state.sites[k]});
    codes += run.scan[k].count;
  }
  if (Result<> ok = check_readout(state.plan); !ok) return ok;
  state.sample.assign(codes, 0);
  state.sample_parts.clear();
  std::int32_t* part = state.sample.data();
  for (const ScanRange& range : run.scan) {
    state.sample_parts.push_back(part);
    part += range.count;
  }
  state.steps_done = 0;
  state.counts = {};
  state.trial.emplace(state.plan, std::move(stimulus), 0, false);
  return {};
}

std::int64_t ChipPort::advance(std::int64_t steps, std::size_t room, std::vector<std::int16_t>& samples) {
  State& state = *state_;
  std::int64_t played = 0;
  while (played < steps && samples.size() < room && is_running()) {
    if (state.trial->take_step(0, state.sample_parts)) {
      for (const std::int32_t code : state.sample) samples.push_back(static_cast<std::int16_t>(code));
    }
    ++played;
  }
  if (!state.trial) return played;
  state.steps_done = std::max<std::int64_t>(state.trial->next_step(), 0);
  state.counts = state.trial->counts();
  return played;
}

bool ChipPort::is_running() const {
  return state_->trial && !state_->trial->is_over();
}

void ChipPort::abort() {
  state_->trial.reset();
}

std::int64_t ChipPort::steps_done() const {
  return state_->steps_done;
}
std::size_t ChipPort::codes_per_sample() const {
  return state_->sample.size();
}

RunReport ChipPort::counters() const {
  RunReport report;
  if (state_->plan.chip == nullptr || state_->plan.chip != state_->chip.get()) return report;
  fill_accounts(state_->plan, state_->counts, state_->options.settle_steps + state_->steps_done, report);
  return report;
}

}  // namespace vle::emulator
