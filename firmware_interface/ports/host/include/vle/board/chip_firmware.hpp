#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>
#include <vle/emulator/emulator.hpp>
#include <vle/target/target.hpp>

namespace vle::board {

/// What a virtual board is.
struct BoardSpec {
  Target target;
  std::string description;  ///< the serialized vle.v1.Target, which hosts ask for
  std::uint64_t chip_id = 0;
  emulator::Effects effects;
  double temperature_kelvin = 0;  ///< of the chip; 0: the target's nominal one
  std::uint32_t boot_id = 1;      ///< another one after every restart; not 0
  std::string firmware_version;

  std::uint32_t image_words = std::uint32_t{1} << 25;
  std::uint32_t stimulus_bytes = std::uint32_t{1} << 26;
  std::uint32_t steps_max = std::uint32_t{1} << 30;
  std::uint32_t trace_ring_bytes = std::uint32_t{1} << 18;
  std::uint32_t heartbeat_limit_ms = 2000;
};

/// Who may run on the chip: one user at a time, the others in the order in which they asked.
class ChipTurn {
 public:
  /// True: it is this user's turn. False: it waits in the queue, if it did not before.
  bool take(const void* user);
  /// Leaves the chip, or the queue.
  void leave(const void* user);
  /// How many come before this user; 0: it has the chip, or does not wait.
  std::size_t place_of(const void* user) const;

 private:
  std::deque<const void*> users_;  ///< the first has the chip
};

/// The firmware core with an emulated chip below it, as one user of the board meets it: its own session, its own
/// registers, accumulators and stimulus, which are there again at its next turn. The chip of all users has one id, so
/// it is the same chip.
///
/// Bytes go in by receive() and come out by take_output(); poll() does one bounded piece of work. No thread, no socket,
/// and no clock but the caller's.
class ChipFirmware {
 public:
  enum class Door {
    kOpen,
    kClosed,  ///< every Hello is refused as busy, with the place in the queue of set_queue_position()
  };
  /// `spec` must outlive it. `now_us`: microseconds, wrapping. `turn`: shared by all users of a chip.
  ChipFirmware(const BoardSpec& spec, std::shared_ptr<ChipTurn> turn, std::function<std::uint32_t()> now_us,
               Door door = Door::kOpen);
  ~ChipFirmware();
  ChipFirmware(const ChipFirmware&) = delete;
  ChipFirmware& operator=(const ChipFirmware&) = delete;

  /// Returns how many bytes were taken: fewer while answers wait to be sent; offer the others after the next poll().
  std::size_t receive(std::span<const std::uint8_t> bytes);
  void poll();
  /// Nothing to do until bytes come or a millisecond passes.
  bool is_idle() const;
  /// Armed or running.
  bool is_running() const;
  /// Armed, while another user has the chip.
  bool waits_for_chip() const;
  /// What is to be sent to the host since the last call.
  std::vector<std::uint8_t> take_output();
  /// Bytes that may wait to be sent before the firmware waits in turn.
  void set_output_room(std::size_t bytes);
  bool has_output_room() const;
  void set_queue_position(std::uint32_t queue_position);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vle::board
