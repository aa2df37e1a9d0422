#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>
#include <vle/backend/backend.hpp>

#include "ablation.hpp"
#include "chip_range.hpp"
#include "sample.hpp"

namespace vle::app {

/// Calls work(k, chip id) for every chip of the range, on up to `threads` threads, each chip on one. Stops handing out
/// chips when asked to or when one failed; the error is that of the first chip that did. Returns how many chips at the
/// front of the range are done.
[[nodiscard]] Result<std::size_t> for_each_chip(
    ChipRange chips, int threads, const std::stop_token& stop,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress,
    const std::function<Result<>(std::size_t k, std::uint64_t chip)>& work);

/// What one effect costs over chips.
struct EffectCost {
  std::string name;
  std::vector<std::optional<SampleSummary>> outputs;  ///< distances from the twin, as in AblationRow
  std::optional<SampleSummary> pooled;
  /// Of the error power of the variant `all`, mean over chips by mean over chips: what this effect adds to that of
  /// quantisation alone (`quantised`: its own). Empty where there is nothing to share.
  std::optional<double> share;
  Interval share_interval;  ///< bootstrap() over chips
};

/// Variants of ablations over chips: rows[k] is the table of chip k, its first row the twin's own.
[[nodiscard]] std::vector<EffectCost> attribute(const std::vector<std::vector<AblationRow>>& rows);

/// A device that answers each run with the same traces: the twin, which runs once for all chips.
[[nodiscard]] std::unique_ptr<Backend> make_replaying_backend(Traces traces);

}  // namespace vle::app
