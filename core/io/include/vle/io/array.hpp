#pragma once

#include <cstdint>
#include <string>
#include <vector>
#include <vle/result/result.hpp>

namespace vle {

/// Numbers with a shape, row-major.
struct Array {
  std::vector<std::int64_t> shape;
  std::vector<double> values;
};

/// Reads a `.npy` file: little-endian float32, float64 or integers, C or Fortran order.
[[nodiscard]] Result<Array> read_npy(const std::string& path);
/// Reads one data set of an HDF5 file.
[[nodiscard]] Result<Array> read_h5(const std::string& path, const std::string& dataset);
/// Reads comma-separated numbers, one row a line; a first line that is not numeric is a header.
[[nodiscard]] Result<Array> read_csv(const std::string& path);
/// By extension. `dataset` is used by .h5 alone; left out, the file's only data set.
[[nodiscard]] Result<Array> read_array(const std::string& path, const std::string& dataset = "");

/// Writes float64, C order.
[[nodiscard]] Result<> write_npy(const std::string& path, const Array& array);

}  // namespace vle
