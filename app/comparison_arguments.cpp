#include "comparison_arguments.hpp"

#include "stimulus.hpp"

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

}  // namespace

Result<ComparisonOptions> read_comparison_options(const Arguments& arguments) {
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

Result<std::optional<Stimulus>> read_shown_input(const Arguments& arguments) {
  const auto path = arguments.find("--input");
  if (!path) return std::optional<Stimulus>{};
  auto stimulus = read_signals(*path, std::nullopt);
  if (!stimulus) return tl::unexpected(stimulus.error());
  return std::optional(std::move(*stimulus));
}

}  // namespace vle::app
