#include <vle/io/array.hpp>

#include <fmt/ranges.h>

#include <algorithm>

#include "array_limits.hpp"
#include "file_bytes.hpp"

namespace vle {
namespace io {

std::optional<std::int64_t> count_of(const std::vector<std::int64_t>& shape) {
  if (std::any_of(shape.begin(), shape.end(), [](std::int64_t extent) { return extent < 0; })) return std::nullopt;
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) {
    if (extent > kMaxArrayValues / count) return std::nullopt;
    count *= extent;
  }
  return count;
}

std::string shape_in_words(const std::vector<std::int64_t>& shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

}  // namespace io

Result<Array> read_array(const std::string& path, const std::string& dataset) {
  const std::string extension = io::extension_of(path);
  if (extension == ".h5") return read_h5(path, dataset);
  if (!dataset.empty()) {
    return fail(ErrorCode::kInvalidInput, "{}: only a .h5 file has data sets; \"{}\" was asked for", path, dataset);
  }
  if (extension == ".npy") return read_npy(path);
  if (extension == ".csv") return read_csv(path);
  return fail(ErrorCode::kInvalidInput, "{}: unknown extension \"{}\"; arrays are .npy, .h5 or .csv", path, extension);
}

}  // namespace vle
