#pragma once

#include <openssl/evp.h>
#include <vle/firmware/hal.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>
#include <vle/board/chip_firmware.hpp>
#include <vle/emulator/chip_port.hpp>

namespace vle::board {

/// The chip's side of the HAL: objects, registers and runs, on an emulated chip.
class ChipBus {
 public:
  ChipBus(const BoardSpec& spec, std::shared_ptr<ChipTurn> turn);
  ~ChipBus();
  ChipBus(const ChipBus&) = delete;
  ChipBus& operator=(const ChipBus&) = delete;

  vle_fw_status begin_object(const vle_fw_upload& upload);
  vle_fw_status write_object(vle_fw_object object, std::uint32_t offset, std::span<const std::uint8_t> bytes);
  vle_fw_status read_object(vle_fw_object object, bool staged, std::uint32_t offset, std::span<std::uint8_t> bytes);
  vle_fw_status hash_object(vle_fw_object object, bool staged, std::uint8_t* hash);
  vle_fw_status commit_object(vle_fw_object object);
  vle_fw_status write_registers(std::uint32_t address, std::span<const std::uint8_t> words);
  vle_fw_status read_registers(std::uint32_t address, std::span<std::uint8_t> words) const;
  vle_fw_status prepare(const vle_fw_run& run);
  vle_fw_status step(std::uint32_t& steps_done);
  std::size_t take_samples(std::span<std::uint8_t> bytes);
  /// Bytes that take_samples() has not given yet.
  std::size_t samples_waiting() const { return 2 * (samples_.size() - samples_taken_); }
  std::size_t counters(std::span<vle_fw_counter> counters) const;
  void stop();
  bool waits() const { return turn_->place_of(this) > 0; }

 private:
  struct Object {
    vle_fw_upload upload{};
    std::vector<std::uint16_t> words;
  };
  struct Hash {  ///< of what has been stored so far
    Hash();
    void begin();
    void add(std::span<const std::uint8_t> bytes);
    bool end(std::uint8_t* hash);
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context;
  };
  static std::size_t place_of(vle_fw_object object) { return object == VLE_FW_IMAGE ? 0 : 1; }
  Object& staged(vle_fw_object object) { return staged_[place_of(object)]; }
  std::span<const std::uint16_t> words_of(vle_fw_object object, bool staged) const;
  StimulusCodes stimulus_of(const vle_fw_run& run) const;

  emulator::ChipPort chip_;
  std::shared_ptr<ChipTurn> turn_;
  std::array<Object, 2> staged_;  ///< their memory stays for the next ones
  std::array<Hash, 2> hashes_;
  Object stimulus_;  ///< in use
  std::vector<std::int16_t> samples_;
  std::size_t samples_taken_ = 0;
  std::int64_t steps_at_once_ = 1;
  std::uint32_t steps_played_ = 0;  ///< settling included
};

}  // namespace vle::board
