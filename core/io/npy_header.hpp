#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>
#include <vle/result/result.hpp>

namespace vle::io {

/// What stands before the numbers of a .npy file
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
struct NpyHeader {
  std::string type;  ///< as numpy writes it: `<f8`
  bool is_fortran_order = false;
  std::vector<std::int64_t> shape;
  std::size_t data_offset = 0;  ///< of the numbers in the file
};

/// Errors: kInvalidInput, with `name` in front.
[[nodiscard]] Result<NpyHeader> parse_npy_header(std::string_view bytes, const std::string& name);

}  // namespace vle::io
