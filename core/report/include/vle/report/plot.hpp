#pragma once

#include <string>
#include <vector>

namespace vle {

/// What a curve shows; it sets the colour, the same in every panel.
enum class CurveRole { kStimulus, kIdeal, kDevice };

/// Equally spaced samples over model time: values[i] at start + i * step. Samples that are not finite leave a gap.
struct Curve {
  CurveRole role = CurveRole::kStimulus;
  std::string label;  ///< in the legend, once for all curves of a role
  double start = 0;   ///< seconds
  double step = 1;    ///< seconds, above 0
  std::vector<double> values;
};

/// One coordinate system with its curves, the first at the bottom of the paint.
struct Panel {
  std::string title;
  std::string note;  ///< right above the panel, e.g. an error figure
  std::string unit;  ///< of the values; empty: none
  std::vector<Curve> curves;
};

/// Panels one below another over a shared axis of model time.
struct Plot {
  std::string title;
  std::string subtitle;
  double from = 0;  ///< seconds
  double to = 0;    ///< seconds; not above `from`: the span of all curves
  std::vector<Panel> panels;
  int width = 1200;        ///< pixels
  int panel_height = 110;  ///< pixels
};

/// Where an SVG stands: alone, with its title, style and white paper; or in an HTML page, whose style sheet gives the
/// classes of `svg.plot` their colours.
enum class SvgUse { kAlone, kWithinPage };

/// The plot as an SVG document without references to anything outside. Where a pixel covers several samples, it shows
/// their least and their largest value, so no spike is lost and the size does not grow with the number of samples.
/// Equal plots give equal bytes.
[[nodiscard]] std::string render_svg(const Plot& plot, SvgUse use = SvgUse::kAlone);

}  // namespace vle
