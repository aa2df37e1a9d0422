#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vle/report/plot.hpp>

#include "axis.hpp"
#include "curve.hpp"
#include "escaped.hpp"
#include "markup.hpp"

namespace vle {
namespace {

// Pixels of the page around and between the panels.
constexpr double kLeft = 76;
constexpr double kRight = 24;
constexpr double kHeader = 68;
constexpr double kHeaderWithinPage = 30;  // of the legend alone: the page has a title
constexpr double kPanelHeader = 24;
constexpr double kPanelGap = 12;
constexpr double kFooter = 46;

struct Ink {
  CurveRole role;
  std::string_view colour;
  double width;
};
// Blue and vermilion of the Okabe-Ito palette, told apart by colour-blind eyes; the ideal is broad, so that it shows
// under a device that follows it.
constexpr Ink kInks[] = {
    {CurveRole::kStimulus, "#444444", 1.1},
    {CurveRole::kIdeal, "#56b4e9", 3.2},
    {CurveRole::kDevice, "#d55e00", 1.1},
};

/// A drawing in the making.
class Svg : public Markup {
 public:
  /// `style` names a class of the style sheet.
  void text(double x, double y, std::string_view style, std::string_view content) {
    add(R"(<text x="{:.1f}" y="{:.1f}" class="{}">{}</text>)", x, y, style, escaped(content));
  }
  void line(double x1, double y1, double x2, double y2, std::string_view style) {
    add(R"(<path class="{}" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"/>)", style, x1, y1, x2, y2);
  }
};

/// Where everything stands on the page.
struct Page {
  double width = 0;
  double height = 0;
  double panel_height = 0;
  double header = kHeader;
  Axis time;
  double time_step = 1;  ///< of the ticks, seconds

  double panel_top(std::size_t panel) const {
    return header + kPanelHeader + static_cast<double>(panel) * (kPanelHeader + panel_height + kPanelGap);
  }
};

Range time_range(const Plot& plot) {
  if (plot.to > plot.from) return {plot.from, plot.to};
  Range range{HUGE_VAL, -HUGE_VAL};
  for (const Panel& panel : plot.panels) {
    for (const Curve& curve : panel.curves) {
      if (curve.values.empty()) continue;
      range.low = std::min(range.low, curve.start);
      range.high = std::max(range.high, curve.start + static_cast<double>(curve.values.size() - 1) * curve.step);
    }
  }
  return range.high > range.low ? range : Range{0, 1};
}

Page lay_out(const Plot& plot, SvgUse use) {
  Page page;
  if (use == SvgUse::kWithinPage) page.header = kHeaderWithinPage;
  page.width = std::max(plot.width, 300);
  page.panel_height = std::max(plot.panel_height, 40);
  page.height = page.panel_top(plot.panels.size()) - kPanelHeader - kPanelGap + kFooter;
  page.time = {time_range(plot), kLeft, page.width - kRight};
  page.time_step = tick_step(page.time.values.length(), std::max(2, static_cast<int>(page.width / 100)));
  return page;
}

/// The span of a panel's curves with some air, at least a little above nothing.
Range panel_range(const Panel& panel, Range time) {
  Range range{HUGE_VAL, -HUGE_VAL};
  for (const Curve& curve : panel.curves) {
    const Range part = value_range(curve, time);
    if (part.low > part.high) continue;
    range.low = std::min(range.low, part.low);
    range.high = std::max(range.high, part.high);
  }
  if (range.low > range.high) return {0, 1};
  const double air =
      std::max(0.06 * range.length(), 1e-3 * std::max({1e-9, std::abs(range.low), std::abs(range.high)}));
  return {range.low - air, range.high + air};
}

void add_style(Svg& svg) {
  svg.add("<style>");
  svg.add("text{{font:12px 'DejaVu Sans',Verdana,Helvetica,Arial,sans-serif;fill:#222}}");
  svg.add(".title{{font-size:17px;font-weight:bold}}.sub{{fill:#555}}.name{{font-weight:bold}}");
  svg.add(".note,.y{{text-anchor:end}}.x{{text-anchor:middle}}.x,.y,.unit{{font-size:11px;fill:#555}}");
  svg.add("path{{fill:none;stroke-linejoin:round;stroke-linecap:round}}");
  svg.add(".grid{{stroke:#e4e4e4}}.zero{{stroke:#b8b8b8}}.frame{{fill:none;stroke:#999}}");
  for (const Ink& ink : kInks) {
    svg.add(".c{}{{stroke:{};stroke-width:{}}}", static_cast<int>(ink.role), ink.colour, ink.width);
  }
  svg.add("</style>");
}

/// One entry for every role in use, at the right of the header.
void add_legend(Svg& svg, const Plot& plot, const Page& page) {
  std::vector<const Curve*> entries;
  for (const Panel& panel : plot.panels) {
    for (const Curve& curve : panel.curves) {
      const bool is_new =
          std::none_of(entries.begin(), entries.end(), [&](const Curve* e) { return e->role == curve.role; });
      if (is_new && !curve.label.empty()) entries.push_back(&curve);
    }
  }
  std::sort(entries.begin(), entries.end(), [](const Curve* a, const Curve* b) { return a->role < b->role; });
  double x = page.width - kRight;
  const double base = page.header == kHeader ? 28 : 18;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    svg.text(x, base, "note", (*entry)->label);
    x -= 7.6 * static_cast<double>((*entry)->label.size()) + 8;  // about the width of the text
    svg.line(x - 26, base - 4, x, base - 4, fmt::format("c{}", static_cast<int>((*entry)->role)));
    x -= 44;
  }
}

void add_panel(Svg& svg, const Panel& panel, const Page& page, std::size_t index) {
  const double top = page.panel_top(index);
  const double bottom = top + page.panel_height;
  const Axis& time = page.time;
  const Axis value{panel_range(panel, time.values), bottom, top};

  svg.text(kLeft, top - 7, "name", panel.title);
  svg.text(time.last_pixel, top - 7, "note", panel.note);
  for (const double t : ticks(time.values, page.time_step)) svg.line(time.pixel(t), top, time.pixel(t), bottom, "grid");
  const double step = tick_step(value.values.length(), std::max(2, static_cast<int>(page.panel_height / 26)));
  for (const double v : ticks(value.values, step)) {
    svg.line(kLeft, value.pixel(v), time.last_pixel, value.pixel(v), v == 0 ? "zero" : "grid");
    svg.text(kLeft - 8, value.pixel(v) + 4, "y", tick_label(v, step));
  }
  if (!panel.unit.empty()) {
    svg.add(R"svg(<text class="unit x" transform="translate(16 {:.1f}) rotate(-90)">{}</text>)svg", (top + bottom) / 2,
            escaped(panel.unit));
  }
  svg.add(R"(<rect class="frame" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>)", kLeft, top,
          time.last_pixel - kLeft, page.panel_height);
  for (const Curve& curve : panel.curves) {
    svg.add(R"(<path class="c{}" d="{}"/>)", static_cast<int>(curve.role), path_of(curve, time, value));
  }
}

void add_time_axis(Svg& svg, const Page& page, std::size_t panels) {
  if (panels == 0) return;
  const double bottom = page.panel_top(panels - 1) + page.panel_height;
  for (const double t : ticks(page.time.values, page.time_step)) {
    svg.text(page.time.pixel(t), bottom + 16, "x", tick_label(t, page.time_step));
  }
  svg.text((page.time.first_pixel + page.time.last_pixel) / 2, bottom + 34, "x", "model time, s");
}

}  // namespace

std::string render_svg(const Plot& plot, SvgUse use) {
  const Page page = lay_out(plot, use);
  Svg svg;
  if (use == SvgUse::kWithinPage) {
    svg.add(R"(<svg class="plot" role="img" aria-label="{}" viewBox="0 0 {:.0f} {:.0f}">)", escaped(plot.title),
            page.width, page.height);
  } else {
    svg.add(R"(<svg xmlns="http://www.w3.org/2000/svg" role="img" )"
            R"(width="{0:.0f}" height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}">)",
            page.width, page.height);
    svg.add("<title>{}</title>", escaped(plot.title));
    add_style(svg);
    svg.add(R"(<rect width="100%" height="100%" fill="#ffffff"/>)");
    svg.text(kLeft, 29, "title", plot.title);
    svg.text(kLeft, 50, "sub", plot.subtitle);
  }
  add_legend(svg, plot, page);
  for (std::size_t i = 0; i < plot.panels.size(); ++i) add_panel(svg, plot.panels[i], page, i);
  add_time_axis(svg, page, plot.panels.size());
  svg.add("</svg>");
  return svg.take();
}

}  // namespace vle
