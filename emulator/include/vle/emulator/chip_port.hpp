#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/backend/stimulus_codes.hpp>
#include <vle/emulator/emulator.hpp>
#include <vle/target/register_layout.hpp>

namespace vle::emulator {

/// Columns of a core, side by side, whose signal is read out.
struct ScanRange {
  Signal signal = Signal::kR;
  std::uint32_t core = 0;  ///< of the board, counted through its chips
  std::uint32_t first_column = 0;
  std::uint32_t count = 0;
};

/// One trial, as a board's firmware asks its chip for it.
struct ChipRun {
  std::int64_t settle_steps = 0;  ///< first input held, no target error, nothing recorded
  std::int64_t every = 1;         ///< record steps 0, every, 2 every, ...
  std::uint64_t seed = 0;
  std::int64_t trial = 0;
  std::vector<ScanRange> scan;  ///< a sample is these, one after another
};

/// A chip as the firmware of a board sees it: registers, codes in, codes out, counters; it knows no network and no
/// scales. It computes with the code of the `emulator:` backend, so equal registers, codes, chip ids and seeds give
/// equal codes.
///
/// Whatever comes from outside is checked: no register image, stimulus or scan list makes it read beyond its memory.
class ChipPort {
 public:
  /// As make_emulator_backend().
  ChipPort(Target target, std::uint64_t chip_id, Effects effects, double temperature_kelvin = 0);
  ~ChipPort();
  ChipPort(const ChipPort&) = delete;
  ChipPort& operator=(const ChipPort&) = delete;

  const Target& target() const;
  std::uint64_t chip_id() const;

  /// Checks geometry and size; the chip is programmed at the next begin(). A refused image leaves the earlier one.
  /// Ends a run.
  [[nodiscard]] Result<> load(const Geometry& geometry, std::span<const std::uint16_t> image);
  /// The same without a copy: `image` becomes the registers, and has those before in it. A refused one stays as it is.
  [[nodiscard]] Result<> exchange(const Geometry& geometry, std::vector<std::uint16_t>& image);
  /// The registers as they are now; empty before the first load().
  std::span<const std::uint16_t> registers() const;
  /// As Backend::write_registers(). Ends a run.
  [[nodiscard]] Result<> write_registers(std::uint32_t address, std::span<const std::uint16_t> words);

  /// Resets the analog state for a trial that plays `stimulus`. Refuses shapes and scans that the registers do not
  /// have, and read-outs that take longer than the time between two samples.
  [[nodiscard]] Result<> begin(const ChipRun& run, StimulusCodes stimulus);
  /// Plays at most `steps` steps, stops earlier once `samples` holds `room` codes or more; appends what is recorded.
  /// Returns the steps played, settling included.
  std::int64_t advance(std::int64_t steps, std::size_t room, std::vector<std::int16_t>& samples);
  bool is_running() const;  ///< begun, and steps are left
  /// Forgets the run; steps_done() and counters() stay.
  void abort();

  std::int64_t steps_done() const;       ///< of the last run, settling not included
  std::size_t codes_per_sample() const;  ///< of the last run
  /// Saturations and clock cycles of the last run so far, by the names of RunReport.
  RunReport counters() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vle::emulator
