#pragma once

#include <cstdint>
#include <span>
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
  /// An image with a row that is driven twice, or by nothing that exists, is an error.
  Result<RowTables> row_tables() const;

 private:
  Result<std::vector<std::int64_t>> rows_by_source(std::int64_t core, bool backward) const;
  std::int64_t source_index(std::int64_t core, bool backward, RowSource source) const;

  const ParameterMap& map_;
  RegisterLayout layout_;
};

/// Reads one synapse array column by column.
class ColumnReader {
 public:
  ColumnReader(const ParameterMap& map, ParameterKind array);

  /// The signed weights in full scales that `rows`, each with the row after it where rows go in pairs, give to the
  /// column of `site`; 0 for a row of -1.
  void read(Site site, std::span<const std::int64_t> rows, std::span<double> weights) const;

 private:
  double value(std::uint16_t word) const;

  const ParameterMap& map_;
  RegisterLayout layout_;
  ParameterKind array_;
  const Dac& dac_;
  bool is_plain_;  ///< a line without a range switch
};

}  // namespace vle
