#include "scan_reader.hpp"

#include <algorithm>

namespace vle::link {

Result<> ScanReader::take(std::span<const std::uint8_t> bytes) {
  const std::size_t sample_bytes = 2 * scan_.sample_codes;
  while (!bytes.empty() && sample_bytes > 0) {
    const std::size_t count = std::min(bytes.size(), sample_bytes - sample_.size());
    sample_.insert(sample_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    bytes = bytes.subspan(count);
    if (sample_.size() < sample_bytes) return {};
    if (Result<> placed = place_sample(); !placed) return placed;
  }
  return {};
}

Result<> ScanReader::place_sample() {
  for (std::size_t k = 0; k < scan_.positions.size(); ++k) {
    std::int32_t* out = window_.codes()[k] + window_.at() * static_cast<std::int64_t>(scan_.positions[k].size());
    for (const std::size_t position : scan_.positions[k]) {
      *out++ = static_cast<std::int16_t>(sample_[2 * position] | sample_[2 * position + 1] << 8);
    }
  }
  sample_.clear();
  ++samples_;
  return window_.advance();
}

}  // namespace vle::link
