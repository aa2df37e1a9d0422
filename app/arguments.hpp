#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vle::app {

/// The arguments and options that a user gave to a verb, by the names of its record. Values were checked against the
/// record when they were parsed.
class Arguments {
 public:
  /// Between the words of an argument that repeats.
  static constexpr char kSeparator = '\n';

  void set(std::string_view name, std::string value) { values_[std::string(name)] = std::move(value); }

  bool has(std::string_view name) const { return find(name).has_value(); }
  std::optional<std::string> find(std::string_view name) const;
  /// Of a required argument or option.
  std::string text(std::string_view name) const;
  /// The words of a required argument that repeats.
  std::vector<std::string> list(std::string_view name) const;
  std::optional<std::int64_t> count(std::string_view name) const;
  std::optional<double> number(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

/// A whole number, or nothing where `text` is not one that fits 64 bits.
std::optional<std::int64_t> parse_count(std::string_view text);
std::optional<std::uint64_t> parse_unsigned(std::string_view text);
/// A finite number.
std::optional<double> parse_number(std::string_view text);

}  // namespace vle::app
