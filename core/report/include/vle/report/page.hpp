#pragma once

#include <optional>
#include <string>
#include <vector>
#include <vle/report/plot.hpp>

namespace vle {

/// A figure that stands large at the top of a section.
struct Figure {
  std::string label;
  std::string value;
  std::string note;  ///< small, below
};

/// A row of a bar chart. Lengths are relative to the longest of the chart.
struct Bar {
  std::string label;
  double value = 0;
  std::string text;           ///< the value for people
  std::optional<double> low;  ///< ends of its confidence interval
  std::optional<double> high;
};

/// Rows of words and numbers, or of bars; a caption says what they are.
struct BarChart {
  std::string caption;
  std::string label_header;
  std::string value_header;
  std::vector<Bar> bars;
};
struct PageTable {
  std::string caption;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::size_t word_columns = 1;  ///< columns of words at the left; the others hold numbers
};

/// A part of a page: what it says in one or two sentences, then whatever it has, in this order.
struct PageSection {
  std::string title;
  std::string lead;
  std::vector<Figure> figures;
  std::vector<Plot> plots;
  std::vector<BarChart> charts;
  std::vector<PageTable> tables;
};

struct ReportPage {
  std::string title;
  std::string subtitle;
  std::vector<PageSection> sections;
  std::string footer;
};

/// The page as one HTML file: no script, nothing from outside, light or dark as the reader's screen, readable without
/// colours and by a screen reader. Equal pages give equal bytes.
[[nodiscard]] std::string render_html(const ReportPage& page);

}  // namespace vle
