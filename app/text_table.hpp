#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vle::app {

/// Aligned columns for people: words (the first columns) to the left, numbers (the others) to the right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header, std::size_t word_columns = 1)
      : word_columns_(word_columns), rows_{std::move(header)} {}

  void add(std::vector<std::string> row);
  /// The table, two blanks before each line and between columns.
  std::string text() const;

 private:
  std::size_t word_columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace vle::app
