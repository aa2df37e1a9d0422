#pragma once

#include <cstdint>
#include <vector>
#include <vle/parameter_map/parameter_map.hpp>

namespace vle {

/// Rows of every core by source: inputs by channel, then neurons by site. -1: not driven.
struct RowTables {
  std::vector<std::vector<std::int64_t>> forward;
  std::vector<std::vector<std::int64_t>> backward;
};

/// Reads values of one chip's registers in full scales and chip seconds.
class ImageReader {
 public:
  explicit ImageReader(const ParameterMap& map) : map_(map), layout_(map.target, map.geometry) {}

  double value(ParameterKind kind, Site site) const;
  /// The signed weight that `row` and, in a row pair, the row after it give to a column.
  double weight(ParameterKind array, std::int64_t row, Site site) const;
  /// An image with a row that is driven twice, or by nothing that exists, is an error.
  Result<RowTables> row_tables() const;

 private:
  Result<std::vector<std::int64_t>> rows_by_source(std::int64_t core, bool backward) const;
  double synapse(ParameterKind array, std::int64_t row, Site site) const;
  std::int64_t source_index(std::int64_t core, bool backward, RowSource source) const;

  const ParameterMap& map_;
  RegisterLayout layout_;
};

}  // namespace vle
