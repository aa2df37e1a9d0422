#include "arguments.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vle/result/check.hpp>

namespace vle::app {
namespace {

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number value{};
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> parse_count(std::string_view text) {
  return parse_whole<std::int64_t>(text);
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  return parse_whole<std::uint64_t>(text);
}

std::optional<double> parse_number(std::string_view text) {
  const auto value = parse_whole<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::string> Arguments::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::string Arguments::text(std::string_view name) const {
  const auto value = find(name);
  VLE_CHECK(value.has_value(), "{} is not a required argument", name);
  return *value;
}

std::vector<std::string> Arguments::list(std::string_view name) const {
  std::vector<std::string> words;
  const std::string joined = text(name);
  for (std::size_t begin = 0; begin <= joined.size();) {
    const std::size_t end = std::min(joined.find(kSeparator, begin), joined.size());
    words.push_back(joined.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::optional<std::int64_t> Arguments::count(std::string_view name) const {
  const auto value = find(name);
  return value ? parse_count(*value) : std::nullopt;
}

std::optional<double> Arguments::number(std::string_view name) const {
  const auto value = find(name);
  return value ? parse_number(*value) : std::nullopt;
}

}  // namespace vle::app
