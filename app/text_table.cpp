#include "text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vle/result/check.hpp>

namespace vle::app {

void TextTable::add(std::vector<std::string> row) {
  VLE_CHECK(row.size() == rows_.front().size(), "a row of {} cells in a table of {} columns", row.size(),
            rows_.front().size());
  rows_.push_back(std::move(row));
}

std::string TextTable::text() const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      line +=
          c < word_columns_ ? fmt::format("  {:<{}}", row[c], widths[c]) : fmt::format("  {:>{}}", row[c], widths[c]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace vle::app
