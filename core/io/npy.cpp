#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <vle/io/array.hpp>
#include <vle/io/files.hpp>

#include "array_limits.hpp"
#include "atomic_file.hpp"
#include "file_bytes.hpp"
#include "npy_header.hpp"

namespace vle {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers of files are copied as they are");

template <class T>
void decode(std::string_view bytes, std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
  }
}

/// A number type of .npy files.
struct NpyType {
  std::string_view name;  ///< without the byte order
  std::size_t bytes;
  void (*decode)(std::string_view, std::vector<double>&);
};

constexpr NpyType kTypes[] = {
    {"f4", 4, decode<float>},         {"f8", 8, decode<double>},        {"i1", 1, decode<std::int8_t>},
    {"i2", 2, decode<std::int16_t>},  {"i4", 4, decode<std::int32_t>},  {"i8", 8, decode<std::int64_t>},
    {"u1", 1, decode<std::uint8_t>},  {"u2", 2, decode<std::uint16_t>}, {"u4", 4, decode<std::uint32_t>},
    {"u8", 8, decode<std::uint64_t>}, {"b1", 1, decode<std::uint8_t>},
};

const NpyType* find_type(std::string_view described) {
  for (const NpyType& type : kTypes) {
    const bool has_order = type.bytes > 1 ? described.starts_with('<') : !described.empty() && described[0] != '>';
    if (has_order && described.substr(1) == type.name) return &type;
  }
  return nullptr;
}

// Column-major to row-major.
std::vector<double> transposed(const std::vector<double>& values, const std::vector<std::int64_t>& shape) {
  std::vector<double> result(values.size());
  std::vector<std::int64_t> stride(shape.size(), 1);
  for (std::size_t d = 1; d < shape.size(); ++d) stride[d] = stride[d - 1] * shape[d - 1];
  std::vector<std::int64_t> index(shape.size(), 0);
  for (double& out : result) {
    std::int64_t from = 0;
    for (std::size_t d = 0; d < shape.size(); ++d) from += index[d] * stride[d];
    out = values[static_cast<std::size_t>(from)];
    for (std::size_t d = shape.size(); d-- > 0;) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
  return result;
}

// Beyond 2^53 neighbouring integers become the same float64.
bool loses_digits(const NpyType& type, const std::vector<double>& values) {
  constexpr double kLargestExact = 9007199254740992.0;
  if (type.bytes < 8 || type.name[0] == 'f') return false;
  return std::any_of(values.begin(), values.end(), [](double value) { return std::abs(value) > kLargestExact; });
}

}  // namespace

Result<Array> read_npy(const std::string& path) {
  const Result<std::string> bytes = io::read_bytes(path, io::kMaxArrayBytes);
  if (!bytes) return tl::unexpected(bytes.error());
  const Result<io::NpyHeader> header = io::parse_npy_header(*bytes, path);
  if (!header) return tl::unexpected(header.error());
  const NpyType* type = find_type(header->type);
  if (type == nullptr) {
    return fail(ErrorCode::kInvalidInput,
                "{}: numbers of type \"{}\" are not read; little-endian f4, f8, i1..i8, u1..u8 and b1 are", path,
                header->type);
  }
  const std::optional<std::int64_t> count = io::count_of(header->shape);
  if (!count) {
    return fail(ErrorCode::kInvalidInput, "{}: the shape {} is not one of at most {} values", path,
                io::shape_in_words(header->shape), io::kMaxArrayValues);
  }
  const std::string_view data = std::string_view(*bytes).substr(header->data_offset);
  const std::size_t needed = static_cast<std::size_t>(*count) * type->bytes;
  if (data.size() != needed) {
    return fail(ErrorCode::kInvalidInput, "{}: the shape {} of {} needs {} bytes of numbers, the file has {}", path,
                io::shape_in_words(header->shape), header->type, needed, data.size());
  }
  Array array{header->shape, std::vector<double>(static_cast<std::size_t>(*count))};
  type->decode(data, array.values);
  if (loses_digits(*type, array.values)) {
    return fail(ErrorCode::kInvalidInput, "{}: holds integers above 2^53, which float64 cannot tell apart", path);
  }
  if (header->is_fortran_order && array.shape.size() > 1) array.values = transposed(array.values, array.shape);
  return array;
}

Result<> write_npy(const std::string& path, const Array& array) {
  const std::optional<std::int64_t> count = io::count_of(array.shape);
  if (!count || static_cast<std::size_t>(*count) != array.values.size()) {
    return fail(ErrorCode::kInvalidInput, "{}: {} values do not have the shape {}", path, array.values.size(),
                io::shape_in_words(array.shape));
  }
  std::string shape;
  for (const std::int64_t extent : array.shape) shape += fmt::format("{}, ", extent);
  std::string dictionary = fmt::format("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}), }}", shape);
  constexpr std::size_t kPrefix = 10;
  constexpr std::size_t kAlignment = 64;
  const std::size_t unpadded = kPrefix + dictionary.size() + 1;
  dictionary.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  dictionary += '\n';
  std::string start = "\x93NUMPY";
  start += '\1';
  start += '\0';
  start += static_cast<char>(dictionary.size() & 0xFF);
  start += static_cast<char>(dictionary.size() >> 8);
  Result<io::AtomicFile> file = io::AtomicFile::create(path);
  if (!file) return tl::unexpected(file.error());
  const std::string_view numbers(reinterpret_cast<const char*>(array.values.data()),
                                 array.values.size() * sizeof(double));
  for (const std::string_view part : {std::string_view(start), std::string_view(dictionary), numbers}) {
    if (Result<> written = file->append(part); !written) return written;
  }
  return file->commit();
}

}  // namespace vle
