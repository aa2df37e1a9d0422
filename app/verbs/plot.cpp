#include <vle/io/files.hpp>
#include <vle/io/traces.hpp>
#include <vle/report/comparison.hpp>

#include "../comparison_arguments.hpp"
#include "verbs.hpp"

namespace vle::app {
Result<Outcome> run_plot(const Arguments& arguments, Console& console) {
  const auto options = read_comparison_options(arguments);
  if (!options) return tl::unexpected(options.error());
  const auto ideal = read_traces(arguments.text("IDEAL"));
  if (!ideal) return tl::unexpected(ideal.error());
  const auto device = read_traces(arguments.text("DEVICE"));
  if (!device) return tl::unexpected(device.error());
  const auto stimulus = read_shown_input(arguments);
  if (!stimulus) return tl::unexpected(stimulus.error());
  const auto plot = compare_traces(*ideal, *device, *stimulus, *options);
  if (!plot) return tl::unexpected(plot.error());
  const std::string output = arguments.text("--output");
  if (auto written = write_file(output, render_svg(*plot)); !written) return tl::unexpected(written.error());
  console.print("wrote {}\n", output);
  Outcome outcome;
  outcome.json = {{"output", output}, {"panels", nlohmann::ordered_json::array()}};
  for (const Panel& panel : plot->panels) {
    outcome.json["panels"].push_back({{"title", panel.title}, {"note", panel.note}});
  }
  return outcome;
}

}  // namespace vle::app
