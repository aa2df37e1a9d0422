#include <gmock/gmock.h>

#include <cmath>
#include <regex>
#include <vle/report/plot.hpp>

namespace vle {
namespace {

using testing::HasSubstr;
using testing::Not;

Plot two_panels() {
  Plot plot;
  plot.title = "A title";
  for (const CurveRole role : {CurveRole::kIdeal, CurveRole::kDevice}) {
    Panel panel;
    panel.title = "hidden.r[0]";
    panel.note = "NRMSE 0.1";
    Curve curve;
    curve.role = role;
    curve.label = role == CurveRole::kIdeal ? "ideal" : "chip";
    curve.step = 0.5;
    curve.values = {0, 1, -1};
    panel.curves.push_back(curve);
    plot.panels.push_back(panel);
  }
  return plot;
}

/// Tags that open and close, in balance.
bool is_well_formed(const std::string& svg) {
  std::vector<std::string> open;
  const std::regex tag(R"re(<(/?)([a-z]+)[^<>]*?(/?)>)re");
  for (auto it = std::sregex_iterator(svg.begin(), svg.end(), tag); it != std::sregex_iterator(); ++it) {
    if (!(*it)[3].str().empty()) continue;
    if ((*it)[1].str().empty()) {
      open.push_back((*it)[2]);
    } else {
      if (open.empty() || open.back() != (*it)[2]) return false;
      open.pop_back();
    }
  }
  return open.empty();
}

TEST(Plot, IsAWellFormedDocumentWithoutReferencesOutside) {
  const std::string svg = render_svg(two_panels());
  EXPECT_TRUE(is_well_formed(svg)) << svg;
  EXPECT_THAT(svg, testing::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_THAT(svg, Not(HasSubstr("href")));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(Plot, ShowsTitlesNotesLegendAndTimeAxis) {
  const std::string svg = render_svg(two_panels());
  for (const char* text :
       {">A title<", ">hidden.r[0]<", ">NRMSE 0.1<", ">ideal<", ">chip<", ">model time, s<", ">1.0<"}) {
    EXPECT_THAT(svg, HasSubstr(text));
  }
}

TEST(Plot, EscapesWhatMarkupWouldRead) {
  Plot plot = two_panels();
  plot.title = "a < b & \"c\"\n";
  const std::string svg = render_svg(plot);
  EXPECT_THAT(svg, HasSubstr("a &lt; b &amp; &quot;c&quot; <"));
  EXPECT_TRUE(is_well_formed(svg));
}

TEST(Plot, TakesEmptyConstantAndUndefinedCurves) {
  Plot plot = two_panels();
  plot.panels[0].curves[0].values = {};
  plot.panels[1].curves[0].values = {3, 3, 3};
  plot.panels.push_back(plot.panels[1]);
  plot.panels[2].curves[0].values = {NAN, HUGE_VAL};
  const std::string svg = render_svg(plot);
  EXPECT_TRUE(is_well_formed(svg));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
  EXPECT_TRUE(is_well_formed(render_svg(Plot{})));
}

TEST(Plot, GivesTheSameBytesTwice) {
  EXPECT_EQ(render_svg(two_panels()), render_svg(two_panels()));
}

}  // namespace
}  // namespace vle
