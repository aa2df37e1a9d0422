#include "chip_bus.hpp"

#include <vle/v1/link.np.h>
#include <algorithm>
#include <bit>
#include <cstring>
#include <vle/result/check.hpp>

namespace vle::board {
namespace {

constexpr std::size_t kMostSamples = 32768;  // codes that wait for the firmware
constexpr std::int64_t kMostSteps = 256;     // of one call
constexpr auto kTurn = std::chrono::milliseconds(1);

// Words have the order of bytes of the link, so memory is copied as it is.
static_assert(std::endian::native == std::endian::little, "virtual boards are for little-endian machines");

std::span<std::uint8_t> bytes_of(std::span<std::uint16_t> words) {
  return {reinterpret_cast<std::uint8_t*>(words.data()), 2 * words.size()};
}

std::span<const std::uint8_t> bytes_of(std::span<const std::uint16_t> words) {
  return {reinterpret_cast<const std::uint8_t*>(words.data()), 2 * words.size()};
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

ChipBus::Hash::Hash() : context(EVP_MD_CTX_new(), EVP_MD_CTX_free) {}

void ChipBus::Hash::begin() {
  VLE_CHECK(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1, "OpenSSL has SHA-256");
}

void ChipBus::Hash::add(std::span<const std::uint8_t> bytes) {
  VLE_CHECK(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1, "SHA-256 of {} bytes", bytes.size());
}

/// False: there is nothing to end.
bool ChipBus::Hash::end(std::uint8_t* hash) {
  return EVP_DigestFinal_ex(context.get(), hash, nullptr) == 1;
}

std::span<const std::uint16_t> ChipBus::words_of(vle_fw_object object, bool is_staged) const {
  if (is_staged) return staged_[place_of(object)].words;
  return object == VLE_FW_IMAGE ? chip_.registers() : stimulus_.words;
}

vle_fw_status ChipBus::begin_object(const vle_fw_upload& upload) {
  staged(upload.object).upload = upload;
  staged(upload.object).words.resize(upload.size / 2);
  hashes_[place_of(upload.object)].begin();
  return VLE_FW_OK;
}

vle_fw_status ChipBus::write_object(vle_fw_object object, std::uint32_t offset, std::span<const std::uint8_t> bytes) {
  const std::span<std::uint8_t> to = bytes_of(std::span(staged(object).words));
  if (offset > to.size() || bytes.size() > to.size() - offset) return VLE_FW_OUT_OF_RANGE;
  const std::span<std::uint8_t> stored = to.subspan(offset, bytes.size());
  if (!bytes.empty()) std::memcpy(stored.data(), bytes.data(), bytes.size());
  hashes_[place_of(object)].add(stored);  // while it is in the cache
  return VLE_FW_OK;
}

vle_fw_status ChipBus::read_object(vle_fw_object object, bool is_staged, std::uint32_t offset,
                                   std::span<std::uint8_t> bytes) {
  const std::span<const std::uint8_t> from = bytes_of(words_of(object, is_staged));
  if (offset > from.size() || bytes.size() > from.size() - offset) return VLE_FW_OUT_OF_RANGE;
  if (!bytes.empty()) std::memcpy(bytes.data(), from.data() + offset, bytes.size());
  return VLE_FW_OK;
}

vle_fw_status ChipBus::hash_object(vle_fw_object object, bool is_staged, std::uint8_t* hash) {
  if (is_staged) return hashes_[place_of(object)].end(hash) ? VLE_FW_OK : VLE_FW_FAULT;
  Hash whole;
  whole.begin();
  whole.add(bytes_of(words_of(object, false)));
  return whole.end(hash) ? VLE_FW_OK : VLE_FW_FAULT;
}

vle_fw_status ChipBus::commit_object(vle_fw_object object) {
  if (object == VLE_FW_STIMULUS) {
    std::swap(stimulus_, staged(object));
    return VLE_FW_OK;
  }
  Object& image = staged(object);
  return chip_.exchange(geometry_of(image.upload), image.words) ? VLE_FW_OK : VLE_FW_OUT_OF_RANGE;
}

vle_fw_status ChipBus::write_registers(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  std::vector<std::uint16_t> words(bytes.size() / 2);
  std::ranges::copy(bytes.first(2 * words.size()), bytes_of(std::span(words)).begin());
  return chip_.write_registers(address, words) ? VLE_FW_OK : VLE_FW_OUT_OF_RANGE;
}

vle_fw_status ChipBus::read_registers(std::uint32_t address, std::span<std::uint8_t> bytes) const {
  const std::span<const std::uint16_t> registers = chip_.registers();
  const std::size_t count = bytes.size() / 2;
  if (address > registers.size() || count > registers.size() - address) return VLE_FW_OUT_OF_RANGE;
  std::ranges::copy(bytes_of(registers.subspan(address, count)), bytes.begin());
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
      to[i] = static_cast<std::int16_t>(stimulus_.words[first + i]);
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
  if (run.steps > shape.steps || stimulus_.words.size() != codes) return VLE_FW_OUT_OF_RANGE;
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
  if (count > 0) std::memcpy(bytes.data(), samples_.data() + samples_taken_, 2 * count);
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
