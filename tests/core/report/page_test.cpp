#include <gmock/gmock.h>

#include <vle/report/page.hpp>

namespace vle {
namespace {

using testing::HasSubstr;
using testing::Not;

PageSection section_of(BarChart chart) {
  PageSection section;
  section.title = "Costs & more";
  section.charts.push_back(std::move(chart));
  return section;
}

TEST(Page, TextIsEscapedEverywhere) {
  PageSection section = section_of({"<c>", "<l>", "<v>", {{"<bar>", 1, "<text>", std::nullopt, std::nullopt}}});
  section.lead = "<lead>";
  section.figures = {{"<f>", "<g>", "<h>"}};
  section.tables = {{"<t>", {"<a>", "<b>"}, {{"<x>", "<y>"}}, 1}};
  const std::string html = render_html({"<title>&", "<sub>", {section}, "<foot>"});
  for (const char* raw : {"<c>", "<l>", "<v>", "<bar>", "<text>", "<lead>", "<f>", "<g>", "<h>", "<t>", "<x>", "<y>",
                          "<sub>", "<foot>"}) {
    EXPECT_THAT(html, Not(HasSubstr(raw)));
  }
  EXPECT_THAT(html, HasSubstr("<title>&lt;title&gt;&amp;</title>"));
}

TEST(Page, BarsAreSharesOfTheLongestBarOrInterval) {
  const std::string html =
      render_html({"t",
                   "",
                   {section_of({"c", "l", "v", {{"a", 2, "2", 1.0, 4.0}, {"b", 1, "1", std::nullopt, std::nullopt}}})},
                   ""});
  EXPECT_THAT(html, HasSubstr("width=\"50.00\""));
  EXPECT_THAT(html, HasSubstr("width=\"25.00\""));
  EXPECT_THAT(html, HasSubstr("M25.00 9H100.00"));
}

TEST(Page, AChartOfNothingHasBarsWithoutLength) {
  const std::string html =
      render_html({"t", "", {section_of({"c", "l", "v", {{"a", 0, "0", std::nullopt, std::nullopt}}})}, ""});
  EXPECT_THAT(html, HasSubstr("width=\"0.00\""));
  EXPECT_THAT(html, Not(HasSubstr("nan")));
}

TEST(Page, PartsAreReachedByLinks) {
  const std::string html = render_html({"t", "", {section_of({}), section_of({})}, ""});
  for (const char* part : {"href=\"#part-1\"", "id=\"part-1\"", "href=\"#part-2\"", "id=\"part-2\"",
                           "aria-labelledby=\"title-2\"", "id=\"title-2\"", "lang=\"en\""}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
}

}  // namespace
}  // namespace vle
