#include <vle/io/files.hpp>
#include <vle/io/traces.hpp>
#include <vle/report/comparison.hpp>

#include "../stimulus.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

/// The neurons of --signals, separated by commas.
Result<std::vector<SignalReference>> parse_signals(std::string_view list) {
  std::vector<SignalReference> signals;
  while (true) {
    const auto comma = list.find(',');
    auto reference = parse_signal_reference(list.substr(0, comma));
    if (!reference) return tl::unexpected(reference.error());
    signals.push_back(std::move(*reference));
    if (comma == std::string_view::npos) return signals;
    list.remove_prefix(comma + 1);
  }
}

Result<std::optional<Stimulus>> read_input(const Arguments& arguments) {
  const auto path = arguments.find("--input");
  if (!path) return std::optional<Stimulus>{};
  auto stimulus = read_signals(*path, std::nullopt);
  if (!stimulus) return tl::unexpected(stimulus.error());
  return std::optional(std::move(*stimulus));
}

Result<ComparisonOptions> read_options(const Arguments& arguments) {
  ComparisonOptions options;
  options.trial = arguments.count("--trial").value_or(0);
  options.from = arguments.number("--from").value_or(0);
  options.to = arguments.number("--to").value_or(0);
  options.title = arguments.find("--title").value_or("Ideal against chip");
  if (const auto to = arguments.number("--to"); to && *to <= options.from) {
    return fail(ErrorCode::kInvalidInput, "--to {} s is not after --from {} s", *to, options.from);
  }
  if (const auto list = arguments.find("--signals")) {
    auto signals = parse_signals(*list);
    if (!signals) return fail(signals.error().code, "--signals: {}", signals.error().message);
    options.signals = std::move(*signals);
  }
  return options;
}

}  // namespace

Result<Outcome> run_plot(const Arguments& arguments, Console& console) {
  const auto options = read_options(arguments);
  if (!options) return tl::unexpected(options.error());
  const auto ideal = read_traces(arguments.text("IDEAL"));
  if (!ideal) return tl::unexpected(ideal.error());
  const auto device = read_traces(arguments.text("DEVICE"));
  if (!device) return tl::unexpected(device.error());
  const auto stimulus = read_input(arguments);
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
