#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vle/report/page.hpp>

#include "escaped.hpp"
#include "markup.hpp"
#include "page_style.hpp"

namespace vle {
namespace {

void add_figures(Markup& html, const std::vector<Figure>& figures) {
  if (figures.empty()) return;
  html.add("<dl class=\"figures\">");
  for (const Figure& figure : figures) {
    html.add("<div><dt>{}</dt><dd class=\"value\">{}</dd><dd class=\"note\">{}</dd></div>", escaped(figure.label),
             escaped(figure.value), escaped(figure.note));
  }
  html.add("</dl>");
}

/// The longest bar or interval of a chart; 0: there is none.
double longest(const BarChart& chart) {
  double length = 0;
  for (const Bar& bar : chart.bars) length = std::max({length, bar.value, bar.high.value_or(0)});
  return std::isfinite(length) ? length : 0;
}

std::string bar_drawing(const Bar& bar, double scale) {
  const auto place = [scale](double value) { return std::clamp(value * scale, 0.0, 100.0); };
  std::string drawing =
      fmt::format("<rect x=\"0\" y=\"3\" width=\"{:.2f}\" height=\"12\" rx=\"1\"/>", place(bar.value));
  if (bar.low && bar.high) {
    drawing +=
        fmt::format("<path d=\"M{0:.2f} 9H{1:.2f}M{0:.2f} 5v8M{1:.2f} 5v8\"/>", place(*bar.low), place(*bar.high));
  }
  return drawing;
}

void add_chart(Markup& html, const BarChart& chart) {
  const double length = longest(chart);
  const double scale = length > 0 ? 100 / length : 0;
  html.add("<div class=\"scroll\"><table class=\"bars\"><caption>{}</caption>", escaped(chart.caption));
  html.add(
      "<thead><tr><th scope=\"col\">{}</th><td class=\"bar\"></td><th scope=\"col\" "
      "class=\"number\">{}</th></tr></thead>"
      "<tbody>",
      escaped(chart.label_header), escaped(chart.value_header));
  for (const Bar& bar : chart.bars) {
    html.add(
        "<tr><th scope=\"row\">{}</th><td class=\"bar\"><svg viewBox=\"0 0 100 18\" preserveAspectRatio=\"none\" "
        "aria-hidden=\"true\">{}</svg></td><td class=\"number\">{}</td></tr>",
        escaped(bar.label), bar_drawing(bar, scale), escaped(bar.text));
  }
  html.add("</tbody></table></div>");
}

void add_table(Markup& html, const PageTable& table) {
  html.add("<div class=\"scroll\"><table><caption>{}</caption><thead><tr>", escaped(table.caption));
  const auto style = [&](std::size_t column) { return column < table.word_columns ? "" : " class=\"number\""; };
  for (std::size_t column = 0; column < table.header.size(); ++column) {
    html.add("<th scope=\"col\"{}>{}</th>", style(column), escaped(table.header[column]));
  }
  html.add("</tr></thead><tbody>");
  for (const std::vector<std::string>& row : table.rows) {
    html.add("<tr>");
    for (std::size_t column = 0; column < row.size(); ++column) {
      if (column == 0) {
        html.add("<th scope=\"row\">{}</th>", escaped(row[column]));
      } else {
        html.add("<td{}>{}</td>", style(column), escaped(row[column]));
      }
    }
    html.add("</tr>");
  }
  html.add("</tbody></table></div>");
}

void add_section(Markup& html, const PageSection& section, std::size_t number) {
  html.add("<section id=\"part-{0}\" aria-labelledby=\"title-{0}\"><h2 id=\"title-{0}\">{1}</h2>", number,
           escaped(section.title));
  if (!section.lead.empty()) html.add("<p class=\"lead\">{}</p>", escaped(section.lead));
  add_figures(html, section.figures);
  for (const Plot& plot : section.plots) {
    html.add("<div class=\"scroll\">\n{}</div>", render_svg(plot, SvgUse::kWithinPage));
  }
  for (const BarChart& chart : section.charts) add_chart(html, chart);
  for (const PageTable& table : section.tables) add_table(html, table);
  html.add("</section>");
}

}  // namespace

std::string render_html(const ReportPage& page) {
  Markup html;
  html.add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
  html.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
  html.add("<title>{}</title>\n<style>{}</style>\n</head>\n<body>", escaped(page.title), kPageStyle);
  html.add("<a class=\"skip\" href=\"#main\">Skip to the results</a>\n<header>");
  html.add("<h1>{}</h1>\n<p class=\"sub\">{}</p>", escaped(page.title), escaped(page.subtitle));
  html.add("<nav aria-label=\"Parts of this page\"><ul>");
  for (std::size_t i = 0; i < page.sections.size(); ++i) {
    html.add("<li><a href=\"#part-{}\">{}</a></li>", i + 1, escaped(page.sections[i].title));
  }
  html.add("</ul></nav>\n</header>\n<main id=\"main\">");
  for (std::size_t i = 0; i < page.sections.size(); ++i) add_section(html, page.sections[i], i + 1);
  html.add("</main>\n<footer><p>{}</p></footer>\n</body>\n</html>", escaped(page.footer));
  return html.take();
}

}  // namespace vle
