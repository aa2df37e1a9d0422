#include "npy_header.hpp"

#include <charconv>

namespace vle::io {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kMaxHeader = 65536;
constexpr std::size_t kMaxDimensions = 32;

/// Reads the Python dictionary of a header: three known keys, in any order.
class DictionaryReader {
 public:
  explicit DictionaryReader(std::string_view text) : text_(text) {}

  bool read(NpyHeader& header) {
    bool has_type = false;
    bool has_order = false;
    bool has_shape = false;
    if (!take('{')) return false;
    while (!take('}')) {
      std::string key;
      if (!quoted(key) || !take(':')) return false;
      if (key == "descr" && !has_type) {
        has_type = quoted(header.type);
      } else if (key == "fortran_order" && !has_order) {
        has_order = boolean(header.is_fortran_order);
      } else if (key == "shape" && !has_shape) {
        has_shape = tuple(header.shape);
      } else {
        return false;
      }
      if (!take(',') && peek() != '}') return false;
    }
    return has_type && has_order && has_shape && peek() == '\0';
  }

 private:
  char peek() {
    const std::size_t next = text_.find_first_not_of(" \n");
    text_.remove_prefix(next == std::string_view::npos ? text_.size() : next);
    return text_.empty() ? '\0' : text_.front();
  }
  bool take(char wanted) {
    if (peek() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool word(std::string_view wanted) {
    peek();
    if (!text_.starts_with(wanted)) return false;
    text_.remove_prefix(wanted.size());
    return true;
  }
  bool quoted(std::string& result) {
    const char quote = peek();
    if (quote != '\'' && quote != '"') return false;
    const std::size_t end = text_.find(quote, 1);
    if (end == std::string_view::npos) return false;
    result = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return true;
  }
  bool boolean(bool& result) {
    result = word("True");
    return result || word("False");
  }
  bool tuple(std::vector<std::int64_t>& result) {
    if (!take('(')) return false;
    while (!take(')')) {
      std::int64_t extent = 0;
      peek();
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), extent);
      if (error != std::errc() || result.size() == kMaxDimensions) return false;
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      result.push_back(extent);
      if (!take(',') && peek() != ')') return false;
    }
    return true;
  }

  std::string_view text_;
};

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace

Result<NpyHeader> parse_npy_header(std::string_view bytes, const std::string& name) {
  const std::size_t version_offset = kMagic.size();
  if (!bytes.starts_with(kMagic) || bytes.size() < version_offset + 2) {
    return fail(ErrorCode::kInvalidInput, "{}: is not a .npy file: it does not begin with \\x93NUMPY", name);
  }
  const int version = static_cast<unsigned char>(bytes[version_offset]);
  if (version < 1 || version > 3) {
    return fail(ErrorCode::kInvalidInput, "{}: .npy version {} is not known; 1, 2 and 3 are", name, version);
  }
  const std::size_t length_offset = version_offset + 2;
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  const std::size_t header_offset = length_offset + length_bytes;
  if (bytes.size() < header_offset) return fail(ErrorCode::kInvalidInput, "{}: is cut off within its header", name);
  const std::size_t length = little_endian(bytes.substr(length_offset, length_bytes));
  if (length > kMaxHeader || bytes.size() - header_offset < length) {
    return fail(ErrorCode::kInvalidInput, "{}: its header of {} bytes is longer than the file, or than {} bytes", name,
                length, kMaxHeader);
  }
  NpyHeader header;
  if (!DictionaryReader(bytes.substr(header_offset, length)).read(header)) {
    return fail(ErrorCode::kInvalidInput, "{}: its header is not the dictionary of descr, fortran_order and shape",
                name);
  }
  header.data_offset = header_offset + length;
  return header;
}

}  // namespace vle::io
