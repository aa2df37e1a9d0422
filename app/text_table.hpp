#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vle::app {

/// Aligned columns for people: the first column to the left, numbers (every other column) to the right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) : rows_{std::move(header)} {}

  void add(std::vector<std::string> row);
  /// The table, two blanks before each line and between columns.
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace vle::app
