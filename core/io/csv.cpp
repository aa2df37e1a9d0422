#include <charconv>
#include <cmath>
#include <vle/io/array.hpp>

#include "array_limits.hpp"
#include "declared_type.hpp"
#include "file_bytes.hpp"

namespace vle {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Takes the text up to `end`, and `end` itself, off the front.
std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t length = std::min(rest.find(end), rest.size());
  const std::string_view part = rest.substr(0, length);
  rest.remove_prefix(std::min(length + 1, rest.size()));
  return part;
}

bool parse_number(std::string_view field, double& value) {
  if (field.starts_with('+')) field.remove_prefix(1);
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  return error == std::errc() && end == field.data() + field.size() && !field.empty();
}

/// Reads line by line; the first line says how many columns there are.
class CsvReader {
 public:
  explicit CsvReader(const std::string& path) : path_(path) {}

  Result<Array> read(std::string_view text) {
    std::vector<double> values;
    std::int64_t rows = 0;
    text = text.substr(0, text.find_last_not_of("\r\n \t") + 1);
    while (!text.empty()) {
      std::string_view line = take_until(text, '\n');
      if (line.ends_with('\r')) line.remove_suffix(1);
      ++line_;
      const std::size_t before = values.size();
      const Result<bool> is_row = read_line(line, values);
      if (!is_row) return tl::unexpected(is_row.error());
      if (!*is_row) continue;
      ++rows;
      const std::size_t fields = values.size() - before;
      if (columns_ == 0) columns_ = fields;
      if (fields != columns_) {
        return fail(ErrorCode::kInvalidInput, "{}:{}: has {} values, the lines before have {}", path_, line_, fields,
                    columns_);
      }
      if (static_cast<std::int64_t>(values.size()) > io::kMaxArrayValues) {
        return fail(ErrorCode::kInvalidInput, "{}:{}: more than {} values", path_, line_, io::kMaxArrayValues);
      }
    }
    if (rows == 0) return fail(ErrorCode::kInvalidInput, "{}: holds no numbers", path_);
    return Array{{rows, static_cast<std::int64_t>(columns_)}, std::move(values)};
  }

 private:
  /// False: the line is the header.
  Result<bool> read_line(std::string_view line, std::vector<double>& values) {
    std::size_t column = 0;
    std::size_t words = 0;
    std::size_t first_word_column = 0;
    std::string_view first_word;
    for (std::size_t start = 0; start <= line.size();) {
      const std::size_t end = std::min(line.find(',', start), line.size());
      const std::string_view field = trimmed(line.substr(start, end - start));
      start = end + 1;
      ++column;
      double value = 0;
      if (!parse_number(field, value)) {
        if (words++ > 0) continue;
        first_word = field.substr(0, 40);
        first_word_column = column;
      } else if (!std::isfinite(value)) {
        return fail(ErrorCode::kInvalidInput, "{}:{}: column {}: {} must be a finite number", path_, line_, column,
                    value);
      } else {
        values.push_back(value);
      }
    }
    if (words == 0) return true;
    if (line_ != 1 || words != column) {
      return fail(ErrorCode::kInvalidInput, "{}:{}: column {}: \"{}\" is not a number", path_, line_, first_word_column,
                  first_word);
    }
    columns_ = column;
    return false;
  }

  const std::string& path_;
  int line_ = 0;
  std::size_t columns_ = 0;
};

}  // namespace

Result<Array> read_csv(const std::string& path) {
  const Result<std::string> text = io::read_bytes(path, io::kMaxArrayBytes);
  if (!text) return tl::unexpected(text.error());
  if (const std::size_t offset = io::find_invalid_utf8(*text); offset != std::string::npos) {
    return fail(ErrorCode::kInvalidInput, "{}:{}: is not text: the byte 0x{:02x} is not UTF-8", path,
                io::line_at(*text, offset), static_cast<unsigned char>((*text)[offset]));
  }
  return CsvReader(path).read(*text);
}

}  // namespace vle
