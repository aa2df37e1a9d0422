#pragma once

#include <vle/firmware/firmware.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "reference_frame.hpp"

namespace vle::firmware_interface {

/// A board in memory: the firmware core over a chip whose codes are a function of step and site, with a clock that the
/// test moves, and with knobs for what can go wrong.
class FakeBoard {
 public:
  explicit FakeBoard(std::size_t ring_bytes = 4096);
  FakeBoard(const FakeBoard&) = delete;
  FakeBoard& operator=(const FakeBoard&) = delete;

  /// As after a reset: new boot id, empty memories.
  void restart();
  /// The bytes come in; what the core does not take at once it is offered again after turns.
  void receive(const Bytes& bytes);
  /// A turn, after `us` microseconds.
  void poll(std::uint32_t us = 100);
  Bytes take_sent();
  /// As a board that has a hash engine.
  void hash_by_itself();

  /// What a run of `plan` records, by definition.
  static Bytes expected_codes(const vle_fw_run& plan, std::uint32_t steps);

  vle_fw core{};
  vle_fw_hal hal{};
  vle_fw_board board{};

  // Knobs.
  std::size_t transmit_most = 1U << 20;  ///< bytes per call
  std::uint32_t steps_per_call = 5;
  int again = 0;  ///< how often the next slow operation says VLE_FW_AGAIN first
  vle_fw_status next_status = VLE_FW_OK;
  bool chip_stuck = false;
  bool memory_rots = false;  ///< what is read back differs from what was stored
  vle_fw_status claim_status = VLE_FW_OK;

  // What happened.
  std::map<std::string, int> calls;
  std::uint32_t now_us = 0xFFFF0000U;  ///< soon to wrap
  bool safe = false;
  std::uint32_t boot_id = 0;
  Bytes image() const { return used_[VLE_FW_IMAGE]; }
  Bytes stimulus() const { return used_[VLE_FW_STIMULUS]; }

 private:
  friend struct FakeHal;
  void step();

  std::vector<std::uint8_t> ring_;
  Bytes waiting_;
  Bytes sent_;
  std::map<int, Bytes> staged_;
  mutable std::map<int, Bytes> used_;
  vle_fw_run plan_{};
  std::vector<vle_fw_scan_range> scan_;
  std::uint32_t done_ = 0;
  std::deque<std::uint8_t> samples_;
};

}  // namespace vle::firmware_interface
