#include "image_reader.hpp"

#include <algorithm>

namespace vle {

double ImageReader::value(ParameterKind kind, Site site) const {
  return from_word(map_.target.dac(kind), map_.image[layout_.address(site.core, kind, site.column)]).value;
}

Result<RowTables> ImageReader::row_tables() const {
  RowTables rows;
  for (std::int64_t core = 0; core < map_.geometry.cores; ++core) {
    for (const bool backward : {false, true}) {
      Result<std::vector<std::int64_t>> table = rows_by_source(core, backward);
      if (!table) return tl::unexpected(table.error());
      (backward ? rows.backward : rows.forward).push_back(std::move(*table));
    }
  }
  return rows;
}

Result<std::vector<std::int64_t>> ImageReader::rows_by_source(std::int64_t core, bool backward) const {
  const Geometry& geometry = map_.geometry;
  std::vector<std::int64_t> rows(static_cast<std::size_t>(map_.input_channels() + geometry.cores * geometry.columns),
                                 -1);
  const RegisterBlock block = backward ? RegisterBlock::kBackwardRowSource : RegisterBlock::kRowSource;
  for (std::int64_t row = 0; row < geometry.rows; row += map_.target.rows_per_source()) {
    const RowSource source = layout_.row_source_from_word(map_.image[layout_.address(core, block, row)]);
    const std::int64_t index = source_index(core, backward, source);
    if (index < 0) continue;
    const bool exists = index < static_cast<std::int64_t>(rows.size());
    if (!exists || rows[static_cast<std::size_t>(index)] >= 0) {
      return fail(ErrorCode::kInvalidInput, "register image: core {}, {}row {}: its source {}", core,
                  backward ? "backward " : "", row, exists ? "already drives another row" : "does not exist");
    }
    rows[static_cast<std::size_t>(index)] = row;
  }
  return rows;
}

std::int64_t ImageReader::source_index(std::int64_t core, bool backward, RowSource source) const {
  const std::int64_t inputs = map_.input_channels();
  switch (source.kind) {
    case RowSource::Kind::kOff:
      return -1;
    case RowSource::Kind::kInput:
      return source.index;
    case RowSource::Kind::kNeuron:
      return inputs + core * map_.geometry.columns + source.index;
    case RowSource::Kind::kLink: {
      const RegisterBlock block = backward ? RegisterBlock::kBackwardLinkSource : RegisterBlock::kLinkSource;
      const std::uint16_t word = map_.image[layout_.address(core, block, source.index)];
      return word == 0 ? -1 : inputs + word - 1;
    }
  }
  return -1;
}

ColumnReader::ColumnReader(const ParameterMap& map, ParameterKind array)
    : map_(map),
      layout_(map.target, map.geometry),
      array_(array),
      dac_(map.target.dac(array)),
      is_plain_(dac_.kind == Dac::Kind::kLinear && dac_.range_factors.size() == 1) {}

double ColumnReader::value(std::uint16_t word) const {
  if (!is_plain_) return from_word(dac_, word).value;
  const int code = std::clamp(from_field(word, dac_.format).code, dac_.min_code, dac_.max_code);
  return (dac_.scale * code + dac_.offset) * dac_.range_factors[0];
}

void ColumnReader::read(Site site, std::span<const std::int64_t> rows, std::span<double> weights) const {
  const std::uint16_t* column = map_.image.data() + layout_.address(site.core, array_, 0, site.column);
  const bool is_pair = map_.target.signed_weight == SignedWeight::kRowPair;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const std::int64_t row = rows[k];
    weights[k] = row < 0 ? 0.0 : value(column[row]);
    if (is_pair && row >= 0) weights[k] -= value(column[row + 1]);
  }
}

}  // namespace vle
