#include "fake_board.hpp"

#include <algorithm>
#include <utility>

namespace vle::firmware_interface {
namespace {

FakeBoard& board_of(void* context) {
  return *static_cast<FakeBoard*>(context);
}

/// The code that a site gives at a recorded step.
std::uint16_t code_of(std::uint32_t step, const vle_fw_scan_range& range, std::uint32_t column) {
  const std::uint32_t mixed = (step * 2654435761U) ^ (static_cast<std::uint32_t>(range.signal) * 40503U) ^
                              (range.core * 977U) ^ (column * 7919U);
  return static_cast<std::uint16_t>(mixed >> 7);
}

void append_sample(std::uint32_t step, const vle_fw_scan_range* scan, std::size_t count, auto& bytes) {
  for (std::size_t i = 0; i < count; ++i) {
    for (std::uint32_t k = 0; k < scan[i].count; ++k) {
      const std::uint16_t code = code_of(step, scan[i], scan[i].first_column + k);
      bytes.push_back(static_cast<std::uint8_t>(code & 0xFFU));
      bytes.push_back(static_cast<std::uint8_t>(code >> 8));
    }
  }
}

}  // namespace

/// The functions of the HAL.
struct FakeHal {
  /// VLE_FW_AGAIN while the knob says so, then what the test wants once.
  static vle_fw_status slow(FakeBoard& board, const char* name) {
    if (board.again > 0) {
      --board.again;
      return VLE_FW_AGAIN;
    }
    ++board.calls[name];
    return std::exchange(board.next_status, VLE_FW_OK);
  }

  static std::uint32_t now(void* context) { return board_of(context).now_us; }

  static std::size_t transmit(void* context, const std::uint8_t* bytes, std::size_t count) {
    FakeBoard& board = board_of(context);
    const std::size_t taken = std::min(count, board.transmit_most);
    board.sent_.insert(board.sent_.end(), bytes, bytes + taken);
    return taken;
  }

  static vle_fw_status claim(void* context, std::uint64_t, std::uint32_t* position) {
    ++board_of(context).calls["claim"];
    *position = 3;
    return board_of(context).claim_status;
  }

  static void release(void* context) { ++board_of(context).calls["release"]; }

  static vle_fw_status begin(void* context, const vle_fw_upload* upload) {
    FakeBoard& board = board_of(context);
    const vle_fw_status status = slow(board, "object_begin");
    if (status == VLE_FW_OK) board.staged_[upload->object].assign(upload->size, 0xEE);
    return status;
  }

  static vle_fw_status write(void* context, vle_fw_object object, std::uint32_t offset, const std::uint8_t* bytes,
                             std::size_t count) {
    FakeBoard& board = board_of(context);
    ++board.calls["object_write"];
    std::copy_n(bytes, count, board.staged_[object].begin() + offset);
    return std::exchange(board.next_status, VLE_FW_OK);
  }

  static vle_fw_status read(void* context, vle_fw_object object, bool staged, std::uint32_t offset, std::uint8_t* bytes,
                            std::size_t count) {
    FakeBoard& board = board_of(context);
    const vle_fw_status status = slow(board, "object_read");
    const Bytes& from = staged ? board.staged_[object] : board.used_[object];
    if (status == VLE_FW_OK) std::copy_n(from.begin() + offset, count, bytes);
    if (board.memory_rots) bytes[0] ^= 1U;
    return status;
  }

  static vle_fw_status hash(void* context, vle_fw_object object, bool staged, std::uint8_t* hash) {
    FakeBoard& board = board_of(context);
    const vle_fw_status status = slow(board, "object_hash");
    Bytes bytes = staged ? board.staged_[object] : board.used_[object];
    if (board.memory_rots) bytes[0] ^= 1U;
    vle_fw_sha256 sha256;
    vle_fw_sha256_begin(&sha256);
    vle_fw_sha256_add(&sha256, bytes.data(), bytes.size());
    vle_fw_sha256_end(&sha256, hash);
    return status;
  }

  static vle_fw_status commit(void* context, vle_fw_object object) {
    FakeBoard& board = board_of(context);
    const vle_fw_status status = slow(board, "object_commit");
    if (status == VLE_FW_OK) board.used_[object] = board.staged_[object];
    return status;
  }

  static vle_fw_status registers_write(void* context, std::uint32_t address, const std::uint8_t* words,
                                       std::size_t count) {
    FakeBoard& board = board_of(context);
    const vle_fw_status status = slow(board, "registers_write");
    if (status == VLE_FW_OK) std::copy_n(words, 2 * count, board.used_[VLE_FW_IMAGE].begin() + 2 * address);
    return status;
  }

  static vle_fw_status registers_read(void* context, std::uint32_t address, std::uint8_t* words, std::size_t count) {
    FakeBoard& board = board_of(context);
    const vle_fw_status status = slow(board, "registers_read");
    if (status == VLE_FW_OK) std::copy_n(board.used_[VLE_FW_IMAGE].begin() + 2 * address, 2 * count, words);
    return status;
  }

  static vle_fw_status prepare(void* context, const vle_fw_run* run) {
    FakeBoard& board = board_of(context);
    const vle_fw_status status = slow(board, "run_prepare");
    board.plan_ = *run;
    board.done_ = 0;
    board.samples_.clear();
    return status;
  }

  static vle_fw_status run_step(void* context, std::uint32_t* steps_done) {
    FakeBoard& board = board_of(context);
    ++board.calls["run_step"];
    const std::uint32_t total = board.plan_.settle_steps + board.plan_.steps;
    for (std::uint32_t i = 0; i < board.steps_per_call && !board.chip_stuck && board.done_ < total; ++i) board.step();
    *steps_done = board.done_;
    if (board.next_status != VLE_FW_OK) return std::exchange(board.next_status, VLE_FW_OK);
    return board.done_ < total ? VLE_FW_AGAIN : VLE_FW_OK;
  }

  static std::size_t samples(void* context, std::uint8_t* bytes, std::size_t most) {
    FakeBoard& board = board_of(context);
    const std::size_t count = std::min(most, board.samples_.size());
    std::copy_n(board.samples_.begin(), count, bytes);
    board.samples_.erase(board.samples_.begin(), board.samples_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

  static std::size_t counters(void* context, vle_fw_counter* counters, std::size_t) {
    counters[0] = {3, 17};
    counters[1] = {13, board_of(context).done_ * 8ULL};
    return 2;
  }

  static void stop(void* context) { ++board_of(context).calls["run_stop"]; }
  static void safe_state(void* context) { board_of(context).safe = true; }
  static void kick(void* context) { ++board_of(context).calls["watchdog_kick"]; }
  static void reset(void* context) {
    board_of(context).board.reset_cause = VLE_FW_RESET_REQUEST;
    board_of(context).restart();
  }
};

FakeBoard::FakeBoard(std::size_t ring_bytes) : ring_(ring_bytes) {
  hal.size = sizeof hal;
  hal.abi = VLE_FW_HAL_ABI;
  hal.now_us = FakeHal::now;
  hal.transmit = FakeHal::transmit;
  hal.object_begin = FakeHal::begin;
  hal.object_write = FakeHal::write;
  hal.object_read = FakeHal::read;
  hal.object_commit = FakeHal::commit;
  hal.registers_write = FakeHal::registers_write;
  hal.registers_read = FakeHal::registers_read;
  hal.run_prepare = FakeHal::prepare;
  hal.run_step = FakeHal::run_step;
  hal.run_samples = FakeHal::samples;
  hal.run_counters = FakeHal::counters;
  hal.run_stop = FakeHal::stop;
  hal.safe_state = FakeHal::safe_state;
  hal.watchdog_kick = FakeHal::kick;
  hal.reset = FakeHal::reset;
  static const Bytes description = pattern(1300, 9);
  board.firmware_version = "0.1.0";
  board.target = "fake";
  board.target_hash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  board.chip_id = 7;
  board.reset_cause = VLE_FW_RESET_POWER_ON;
  board.description = description.data();
  board.description_size = static_cast<std::uint32_t>(description.size());
  board.image_words = 2000;
  board.stimulus_bytes = 8000;
  board.steps_min = 1;
  board.steps_max = 100000;
  board.rx_window = 2048;
  board.heartbeat_limit_ms = 2000;
  board.stall_limit_ms = 1000;
  board.pauses = true;
  board.seeded = true;
  board.trace_ring = ring_.data();
  board.trace_ring_bytes = static_cast<std::uint32_t>(ring_.size());
  restart();
}

void FakeBoard::hash_by_itself() {
  hal.object_hash = FakeHal::hash;
}

void FakeBoard::restart() {
  board.boot_id = ++boot_id;
  staged_.clear();
  used_.clear();
  samples_.clear();
  waiting_.clear();
  vle_fw_init(&core, &hal, this, &board);
}

void FakeBoard::receive(const Bytes& bytes) {
  waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
}

void FakeBoard::poll(std::uint32_t us) {
  now_us += us;
  const std::size_t taken = vle_fw_receive(&core, waiting_.data(), waiting_.size());
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(taken, waiting_.size())));
  vle_fw_poll(&core);
}

Bytes FakeBoard::take_sent() {
  return std::exchange(sent_, {});
}

void FakeBoard::step() {
  const std::uint32_t step = done_++;
  if (step < plan_.settle_steps || (step - plan_.settle_steps) % plan_.every != 0) return;
  append_sample(step - plan_.settle_steps, plan_.scan, plan_.scan_count, samples_);
}

Bytes FakeBoard::expected_codes(const vle_fw_run& plan, std::uint32_t steps) {
  Bytes bytes;
  for (std::uint32_t step = 0; step < steps; step += plan.every) append_sample(step, plan.scan, plan.scan_count, bytes);
  return bytes;
}

}  // namespace vle::firmware_interface
