#include "chip_bus.hpp"

#include <vle/v1/link.np.h>
#include <algorithm>
#include <cstring>

namespace vle::board {
namespace {

constexpr std::size_t kMostSamples = 32768;  // codes that wait for the firmware
constexpr std::int64_t kMostSteps = 256;     // of one call
constexpr auto kTurn = std::chrono::milliseconds(1);

std::uint16_t word_at(const std::vector<std::uint8_t>& bytes, std::size_t index) {
  return static_cast<std::uint16_t>(bytes[2 * index] | bytes[2 * index + 1] << 8);
}

void put_word(std::span<std::uint8_t> bytes, std::size_t index, std::uint16_t word) {
  bytes[2 * index] = static_cast<std::uint8_t>(word & 0xFF);
  bytes[2 * index + 1] = static_cast<std::uint8_t>(word >> 8);
}

Geometry geometry_of(const vle_fw_upload& upload) {
  Geometry geometry;
  geometry.cores = upload.cores;
  geometry.rows = upload.rows;
  geometry.columns = upload.columns;
  geometry.input_channels = upload.input_channels;
  geometry.target_channels = upload.target_channels;
  geometry.link_channels = upload.link_channels;
  return geometry;
}

struct CounterName {
  vle_v1_RunCounterKind kind;
  const char* name;
};
constexpr CounterName kSaturated[] = {{vle_v1_RunCounterKind_RUN_COUNTER_KIND_SATURATED_S, "s"},
                                      {vle_v1_RunCounterKind_RUN_COUNTER_KIND_SATURATED_U, "u"},
                                      {vle_v1_RunCounterKind_RUN_COUNTER_KIND_SATURATED_R, "r"},
                                      {vle_v1_RunCounterKind_RUN_COUNTER_KIND_SATURATED_EPSILON, "epsilon"},
                                      {vle_v1_RunCounterKind_RUN_COUNTER_KIND_SATURATED_V, "v"},
                                      {vle_v1_RunCounterKind_RUN_COUNTER_KIND_SATURATED_E, "e"},
                                      {vle_v1_RunCounterKind_RUN_COUNTER_KIND_SATURATED_OTA, "ota"},
                                      {vle_v1_RunCounterKind_RUN_COUNTER_KIND_SATURATED_CROSSING, "crossing"},
                                      {vle_v1_RunCounterKind_RUN_COUNTER_KIND_SATURATED_ADC, "adc"}};
constexpr CounterName kCycles[] = {{vle_v1_RunCounterKind_RUN_COUNTER_KIND_CLOCKS_BUS, "bus"},
                                   {vle_v1_RunCounterKind_RUN_COUNTER_KIND_CLOCKS_ANALOG, "analog"},
                                   {vle_v1_RunCounterKind_RUN_COUNTER_KIND_CLOCKS_ADC, "adc"},
                                   {vle_v1_RunCounterKind_RUN_COUNTER_KIND_CLOCKS_DAC, "dac"},
                                   {vle_v1_RunCounterKind_RUN_COUNTER_KIND_CLOCKS_LINK, "link"}};

}  // namespace

ChipBus::ChipBus(const BoardSpec& spec, std::shared_ptr<ChipTurn> turn)
    : chip_(spec.target, spec.chip_id, spec.effects, spec.temperature_kelvin), turn_(std::move(turn)) {}

ChipBus::~ChipBus() {
  turn_->leave(this);
}

vle_fw_status ChipBus::begin_object(const vle_fw_upload& upload) {
  staged(upload.object) = {upload, std::vector<std::uint8_t>(upload.size)};
  return VLE_FW_OK;
}

vle_fw_status ChipBus::write_object(vle_fw_object object, std::uint32_t offset, std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t>& to = staged(object).bytes;
  if (offset > to.size() || bytes.size() > to.size() - offset) return VLE_FW_OUT_OF_RANGE;
  std::ranges::copy(bytes, to.begin() + offset);
  return VLE_FW_OK;
}

vle_fw_status ChipBus::read_object(vle_fw_object object, bool is_staged, std::uint32_t offset,
                                   std::span<std::uint8_t> bytes) {
  if (!is_staged && object == VLE_FW_IMAGE) {
    if (offset % 2 != 0 || bytes.size() % 2 != 0) return VLE_FW_OUT_OF_RANGE;
    return read_registers(offset / 2, bytes);
  }
  const std::vector<std::uint8_t>& from = is_staged ? staged(object).bytes : stimulus_.bytes;
  if (offset > from.size() || bytes.size() > from.size() - offset) return VLE_FW_OUT_OF_RANGE;
  std::copy_n(from.begin() + offset, bytes.size(), bytes.begin());
  return VLE_FW_OK;
}

vle_fw_status ChipBus::commit_object(vle_fw_object object) {
  if (object == VLE_FW_STIMULUS) {
    stimulus_ = std::move(staged(object));
    staged(object) = {};
    return VLE_FW_OK;
  }
  const Object& image = staged(object);
  std::vector<std::uint16_t> words(image.bytes.size() / 2);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = word_at(image.bytes, i);
  if (!chip_.load(geometry_of(image.upload), std::move(words))) return VLE_FW_OUT_OF_RANGE;
  staged(object) = {};
  return VLE_FW_OK;
}

vle_fw_status ChipBus::write_registers(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  const std::vector<std::uint8_t> given(bytes.begin(), bytes.end());
  std::vector<std::uint16_t> words(given.size() / 2);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = word_at(given, i);
  return chip_.write_registers(address, words) ? VLE_FW_OK : VLE_FW_OUT_OF_RANGE;
}

vle_fw_status ChipBus::read_registers(std::uint32_t address, std::span<std::uint8_t> bytes) const {
  const std::span<const std::uint16_t> registers = chip_.registers();
  const std::size_t count = bytes.size() / 2;
  if (address > registers.size() || count > registers.size() - address) return VLE_FW_OUT_OF_RANGE;
  for (std::size_t i = 0; i < count; ++i) put_word(bytes, i, registers[address + i]);
  return VLE_FW_OK;
}

/// The steps of the stimulus in use that a run plays.
StimulusCodes ChipBus::stimulus_of(const vle_fw_run& run) const {
  const vle_fw_upload& shape = stimulus_.upload;
  StimulusCodes codes;
  codes.steps = run.steps;
  codes.input_channels = shape.input_channels;
  codes.target_channels = run.nudging ? shape.target_channels : 0;
  const auto fill = [this](std::vector<std::int32_t>& to, std::size_t first, std::size_t count) {
    to.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = static_cast<std::int16_t>(word_at(stimulus_.bytes, first + i));
    }
  };
  fill(codes.inputs, 0, std::size_t{run.steps} * shape.input_channels);
  fill(codes.targets, std::size_t{shape.steps} * shape.input_channels,
       std::size_t{run.steps} * static_cast<std::size_t>(codes.target_channels));
  return codes;
}

vle_fw_status ChipBus::prepare(const vle_fw_run& run) {
  const vle_fw_upload& shape = stimulus_.upload;
  const std::size_t codes = std::size_t{shape.steps} * (std::size_t{shape.input_channels} + shape.target_channels);
  if (run.steps > shape.steps || stimulus_.bytes.size() != 2 * codes) return VLE_FW_OUT_OF_RANGE;
  if (!turn_->take(this)) return VLE_FW_AGAIN;
  emulator::ChipRun trial{run.settle_steps, run.every, run.seed, run.trial, {}};
  for (std::size_t i = 0; i < run.scan_count; ++i) {
    const vle_fw_scan_range& range = run.scan[i];
    const auto signal = static_cast<Signal>(static_cast<int>(range.signal) - static_cast<int>(VLE_FW_SIGNAL_U));
    trial.scan.push_back({signal, range.core, range.first_column, range.count});
  }
  samples_.clear();
  samples_taken_ = 0;
  steps_played_ = 0;
  if (chip_.begin(trial, stimulus_of(run))) return VLE_FW_OK;
  turn_->leave(this);
  return VLE_FW_OUT_OF_RANGE;
}

// As many steps as fit a turn, by how long the last ones took. How they are cut does not change what comes out.
vle_fw_status ChipBus::step(std::uint32_t& steps_done) {
  const auto begun = std::chrono::steady_clock::now();
  const std::int64_t played = chip_.advance(steps_at_once_, samples_taken_ + kMostSamples, samples_);
  const auto taken = std::chrono::steady_clock::now() - begun;
  steps_at_once_ = std::clamp<std::int64_t>(taken < kTurn ? 2 * steps_at_once_ : steps_at_once_ / 2, 1, kMostSteps);
  steps_played_ += static_cast<std::uint32_t>(played);
  steps_done = steps_played_;
  if (chip_.is_running()) return VLE_FW_AGAIN;
  turn_->leave(this);
  return VLE_FW_OK;
}

std::size_t ChipBus::take_samples(std::span<std::uint8_t> bytes) {
  const std::size_t count = std::min(bytes.size() / 2, samples_.size() - samples_taken_);
  for (std::size_t i = 0; i < count; ++i) {
    put_word(bytes, i, static_cast<std::uint16_t>(samples_[samples_taken_ + i]));
  }
  samples_taken_ += count;
  if (samples_taken_ == samples_.size()) {
    samples_.clear();
    samples_taken_ = 0;
  }
  return 2 * count;
}

std::size_t ChipBus::counters(std::span<vle_fw_counter> counters) const {
  const RunReport report = chip_.counters();
  std::size_t count = 0;
  const auto put = [&](const CounterName& named, const std::map<std::string, std::int64_t>& from) {
    const auto found = from.find(named.name);
    if (found == from.end() || count == counters.size()) return;
    counters[count++] = {static_cast<std::uint32_t>(named.kind), static_cast<std::uint64_t>(found->second)};
  };
  for (const CounterName& named : kSaturated) put(named, report.saturated);
  for (const CounterName& named : kCycles) put(named, report.cycles);
  return count;
}

void ChipBus::stop() {
  chip_.abort();
  turn_->leave(this);
}

}  // namespace vle::board
