#include <vle/emulator/truth.hpp>

#include "mismatch.hpp"

namespace vle::emulator {
namespace {

struct Place {
  std::uint64_t key = 0;
  std::uint32_t core = 0;  ///< on its chip
};

Place place_of(const Target& target, std::uint64_t chip_id, std::uint32_t core) {
  const auto cores = static_cast<std::uint32_t>(target.cores_per_chip);
  return {chip_key(chip_id, core / cores), core % cores};
}

}  // namespace

double ChipTruth::factor(ParameterKind kind, std::uint32_t core, std::uint32_t column, std::uint32_t row) const {
  const Place place = place_of(*target_, chip_id_, core);
  return frozen_factor(target_->mismatch[static_cast<std::size_t>(kind)], place.key, stream_of(kind),
                       {place.core, row, column});
}

double ChipTruth::offset(OffsetKind kind, std::uint32_t core, std::uint32_t column) const {
  const Place place = place_of(*target_, chip_id_, core);
  const Offsets& offsets = target_->offsets;
  const auto frozen = [&](const Mismatch& mismatch, Stream stream) {
    return frozen_offset(mismatch, place.key, stream, {place.core, 0, column});
  };
  switch (kind) {
    case OffsetKind::kS:
      return frozen(offsets.s, Stream::kOffsetS);
    case OffsetKind::kR:
      return frozen(offsets.r, Stream::kOffsetR);
    case OffsetKind::kEpsilon:
      return frozen(offsets.epsilon, Stream::kOffsetEpsilon);
    case OffsetKind::kE:
      return frozen(offsets.e, Stream::kOffsetE);
    case OffsetKind::kAdc:
      return frozen(offsets.adc, Stream::kAdcOffset);
  }
  return 0;
}

}  // namespace vle::emulator
