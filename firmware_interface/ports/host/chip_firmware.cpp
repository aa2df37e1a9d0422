#include <vle/board/chip_firmware.hpp>

#include <vle/firmware/firmware.h>

#include <algorithm>
#include <vle/result/check.hpp>

#include "chip_bus.hpp"

namespace vle::board {
namespace {

constexpr std::size_t kOutputRoom = std::size_t{1} << 18;
constexpr std::uint32_t kReceiveWindow = std::uint32_t{1} << 18;
constexpr std::uint32_t kStallLimitMs = 600'000;  // others may be long with the chip

}  // namespace

struct ChipFirmware::State {
  State(const BoardSpec& given, std::shared_ptr<ChipTurn> turn, std::function<std::uint32_t()> clock)
      : spec(given), bus(given, std::move(turn)), now_us(std::move(clock)), ring(given.trace_ring_bytes) {}

  const BoardSpec& spec;
  ChipBus bus;
  std::function<std::uint32_t()> now_us;
  std::vector<std::uint8_t> ring;
  std::vector<std::uint8_t> output;
  std::size_t output_room = kOutputRoom;
  std::uint32_t queue_position = 0;
  vle_fw_board board{};
  vle_fw firmware{};
};

namespace {

// The HAL is a C table: each entry finds the board by its context.
template <class State>
State& of(void* context) {
  return *static_cast<State*>(context);
}

/// The table for a board whose context is a State. `refuses`: every Hello is asked about.
template <class State>
vle_fw_hal make_hal(bool refuses) {
  vle_fw_hal hal{};
  hal.size = sizeof hal;
  hal.abi = VLE_FW_HAL_ABI;
  hal.now_us = [](void* c) { return of<State>(c).now_us(); };
  hal.transmit = [](void* c, const std::uint8_t* bytes, std::size_t count) {
    State& state = of<State>(c);
    const std::size_t room = state.output_room - std::min(state.output_room, state.output.size());
    const std::size_t taken = std::min(count, room);
    state.output.insert(state.output.end(), bytes, bytes + taken);
    return taken;
  };
  if (refuses) {
    hal.claim = [](void* c, std::uint64_t, std::uint32_t* queue_position) {
      *queue_position = of<State>(c).queue_position;
      return VLE_FW_BUSY;
    };
  }
  hal.object_begin = [](void* c, const vle_fw_upload* upload) { return of<State>(c).bus.begin_object(*upload); };
  hal.object_write = [](void* c, vle_fw_object object, std::uint32_t offset, const std::uint8_t* bytes,
                        std::size_t count) {
    return of<State>(c).bus.write_object(object, offset, {bytes, count});
  };
  hal.object_read = [](void* c, vle_fw_object object, bool staged, std::uint32_t offset, std::uint8_t* bytes,
                       std::size_t count) {
    return of<State>(c).bus.read_object(object, staged, offset, {bytes, count});
  };
  hal.object_hash = [](void* c, vle_fw_object object, bool staged, std::uint8_t* hash) {
    return of<State>(c).bus.hash_object(object, staged, hash);
  };
  hal.object_commit = [](void* c, vle_fw_object object) { return of<State>(c).bus.commit_object(object); };
  hal.registers_write = [](void* c, std::uint32_t address, const std::uint8_t* words, std::size_t count) {
    return of<State>(c).bus.write_registers(address, {words, 2 * count});
  };
  hal.registers_read = [](void* c, std::uint32_t address, std::uint8_t* words, std::size_t count) {
    return of<State>(c).bus.read_registers(address, {words, 2 * count});
  };
  hal.run_prepare = [](void* c, const vle_fw_run* run) { return of<State>(c).bus.prepare(*run); };
  hal.run_step = [](void* c, std::uint32_t* steps_done) { return of<State>(c).bus.step(*steps_done); };
  hal.run_samples = [](void* c, std::uint8_t* bytes, std::size_t most) {
    return of<State>(c).bus.take_samples({bytes, most});
  };
  hal.run_counters = [](void* c, vle_fw_counter* counters, std::size_t most) {
    return of<State>(c).bus.counters({counters, most});
  };
  hal.run_stop = [](void* c) { of<State>(c).bus.stop(); };
  hal.safe_state = [](void* c) { of<State>(c).bus.stop(); };
  return hal;
}

}  // namespace

ChipFirmware::ChipFirmware(const BoardSpec& spec, std::shared_ptr<ChipTurn> turn, std::function<std::uint32_t()> now_us,
                           Door door)
    : state_(std::make_unique<State>(spec, std::move(turn), std::move(now_us))) {
  static const vle_fw_hal kOpen = make_hal<State>(false);
  static const vle_fw_hal kClosed = make_hal<State>(true);
  vle_fw_board& board = state_->board;
  board.boot_id = spec.boot_id;
  board.firmware_version = spec.firmware_version.c_str();
  board.target = spec.target.name.c_str();
  board.target_hash = spec.target.hash.c_str();
  board.chip_id = spec.chip_id;
  board.reset_cause = VLE_FW_RESET_POWER_ON;
  board.description = reinterpret_cast<const std::uint8_t*>(spec.description.data());
  board.description_size = static_cast<std::uint32_t>(spec.description.size());
  board.image_words = spec.image_words;
  board.stimulus_bytes = spec.stimulus_bytes;
  board.steps_min = 1;
  board.steps_max = spec.steps_max;
  board.rx_window = kReceiveWindow;
  board.heartbeat_limit_ms = spec.heartbeat_limit_ms;
  board.stall_limit_ms = kStallLimitMs;
  board.pauses = true;
  board.seeded = true;
  board.trace_ring = state_->ring.data();
  board.trace_ring_bytes = spec.trace_ring_bytes;
  const bool usable = vle_fw_init(&state_->firmware, door == Door::kOpen ? &kOpen : &kClosed, state_.get(), &board);
  VLE_CHECK(usable, "the firmware core takes the board {}", spec.target.name);
}

ChipFirmware::~ChipFirmware() = default;

std::size_t ChipFirmware::receive(std::span<const std::uint8_t> bytes) {
  return vle_fw_receive(&state_->firmware, bytes.data(), bytes.size());
}

void ChipFirmware::poll() {
  vle_fw_poll(&state_->firmware);
}

bool ChipFirmware::is_idle() const {
  return vle_fw_idle(&state_->firmware);
}

bool ChipFirmware::is_running() const {
  const vle_v1_RunState state = state_->firmware.run.state;
  return state == vle_v1_RunState_RUN_STATE_ARMED || state == vle_v1_RunState_RUN_STATE_RUNNING;
}

std::vector<std::uint8_t> ChipFirmware::take_output() {
  return std::exchange(state_->output, {});
}

bool ChipFirmware::has_output_room() const {
  return state_->output.size() < state_->output_room;
}

void ChipFirmware::set_output_room(std::size_t bytes) {
  state_->output_room = bytes;
}

bool ChipFirmware::waits_for_chip() const {
  return state_->bus.waits();
}

void ChipFirmware::set_queue_position(std::uint32_t queue_position) {
  state_->queue_position = queue_position;
}

}  // namespace vle::board
