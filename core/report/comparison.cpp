#include <algorithm>
#include <charconv>
#include <cmath>
#include <vle/report/comparison.hpp>

namespace vle {
namespace {

const SignalTrace* find_trace(const Traces& traces, const SignalReference& reference) {
  for (const SignalTrace& trace : traces.signals) {
    if (trace.population == reference.population && trace.signal == reference.signal) return &trace;
  }
  return nullptr;
}

std::string text_of(const SignalReference& reference) {
  return fmt::format("{}.{}[{}]", reference.population, name_of(reference.signal), reference.neuron);
}

/// One neuron of one trial, as a trace of its own; every `stride`-th sample.
Result<SignalTrace> neuron_trace(const Traces& traces, const SignalReference& reference, std::int64_t trial,
                                 std::int64_t stride, std::string_view which) {
  const SignalTrace* trace = find_trace(traces, reference);
  if (!trace) {
    return fail(ErrorCode::kInvalidInput, "signal {}: the {} traces have no {} of \"{}\"; record it with --record",
                text_of(reference), which, name_of(reference.signal), reference.population);
  }
  if (reference.neuron < 0 || reference.neuron >= trace->neurons) {
    return fail(ErrorCode::kInvalidInput, "signal {}: \"{}\" has neurons 0..{}", text_of(reference),
                reference.population, trace->neurons - 1);
  }
  if (trial < 0 || trial >= traces.batch) {
    return fail(ErrorCode::kInvalidInput, "trial {}: the {} traces have trials 0..{}", trial, which, traces.batch - 1);
  }
  SignalTrace one;
  one.population = trace->population;
  one.signal = trace->signal;
  one.neurons = 1;
  for (std::int64_t i = 0; i < trace->samples; i += stride) {
    one.values.push_back(
        trace->value(static_cast<std::size_t>((trial * trace->samples + i) * trace->neurons + reference.neuron)));
  }
  one.samples = static_cast<std::int64_t>(one.values.size());
  return one;
}

Curve curve_of(const SignalTrace& trace, const Traces& traces, CurveRole role) {
  Curve curve;
  curve.role = role;
  curve.label = role == CurveRole::kIdeal ? "ideal" : "chip";
  curve.step = traces.dt * static_cast<double>(traces.every);
  curve.values = trace.values;
  return curve;
}

Result<Panel> compare_neuron(const Traces& ideal, const Traces& device, const SignalReference& reference,
                             std::int64_t trial) {
  auto wanted = neuron_trace(ideal, reference, trial, 1, "ideal");
  if (!wanted) return tl::unexpected(wanted.error());
  auto given = neuron_trace(device, reference, trial, 1, "device");
  if (!given) return tl::unexpected(given.error());
  auto wanted_there = neuron_trace(ideal, reference, trial, device.every / ideal.every, "ideal");
  if (!wanted_there) return tl::unexpected(wanted_there.error());

  const std::int64_t samples = std::min(wanted_there->samples, given->samples);
  SignalTrace given_there = *given;
  for (SignalTrace* trace : {&*wanted_there, &given_there}) {
    trace->samples = samples;
    trace->values.resize(static_cast<std::size_t>(samples));
  }
  if (samples == 0) return fail(ErrorCode::kInvalidInput, "signal {}: the traces hold no samples", text_of(reference));
  const Result<double> error = normalised_rms_error(given_there, *wanted_there);

  Panel panel;
  panel.title = text_of(reference);
  panel.note = error ? fmt::format("NRMSE {:.3g}", *error) : "the ideal is constant";
  panel.unit = name_of(reference.signal);
  panel.curves = {curve_of(*wanted, ideal, CurveRole::kIdeal), curve_of(*given, device, CurveRole::kDevice)};
  return panel;
}

std::vector<Panel> stimulus_panels(const Stimulus& stimulus, std::int64_t trial, double dt) {
  std::vector<Panel> panels;
  for (std::int64_t c = 0; c < std::min<std::int64_t>(stimulus.input_channels, 4); ++c) {
    Panel panel;
    panel.title = stimulus.input_channels == 1 ? "input" : fmt::format("input[{}]", c);
    Curve curve;
    curve.label = "stimulus";
    curve.step = dt;
    for (std::int64_t n = 0; n < stimulus.steps; ++n) {
      curve.values.push_back(
          stimulus.inputs[static_cast<std::size_t>((trial * stimulus.steps + n) * stimulus.input_channels + c)]);
    }
    panel.curves.push_back(std::move(curve));
    panels.push_back(std::move(panel));
  }
  return panels;
}

std::vector<SignalReference> first_recorded(const Traces& ideal) {
  std::vector<SignalReference> references;
  for (const SignalTrace& trace : ideal.signals) {
    for (std::int64_t k = 0; k < trace.neurons && references.size() < kDefaultPanels; ++k) {
      references.push_back({trace.population, trace.signal, k});
    }
  }
  return references;
}

std::string subtitle_of(const Traces& device) {
  const RunReport& report = device.report;
  std::string text = report.backend;
  if (!report.target.empty()) text += ", target " + report.target;
  if (report.chip_id) text += fmt::format(", chip {}", *report.chip_id);
  return text + fmt::format(", seed {}", report.seed);
}

Result<> check_comparable(const Traces& ideal, const Traces& device) {
  if (std::abs(ideal.dt - device.dt) > 1e-9 * std::abs(ideal.dt)) {
    return fail(ErrorCode::kInvalidInput,
                "the ideal traces have dt = {} s, the device's {} s; compare runs of one network", ideal.dt, device.dt);
  }
  if (ideal.every < 1 || device.every % ideal.every != 0) {
    return fail(ErrorCode::kInvalidInput,
                "the ideal traces hold every {} steps, the device's every {}; the device's must be a multiple",
                ideal.every, device.every);
  }
  return {};
}

}  // namespace

Result<SignalReference> parse_signal_reference(std::string_view text) {
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalidInput, "signal \"{}\": want POPULATION.SIGNAL[NEURON], e.g. hidden.r[3]", text);
  };
  const std::size_t open = text.rfind('[');
  if (open == std::string_view::npos || text.empty() || text.back() != ']') return wrong();
  const std::size_t dot = text.substr(0, open).rfind('.');
  if (dot == std::string_view::npos || dot == 0) return wrong();
  const std::string_view digits = text.substr(open + 1, text.size() - open - 2);
  SignalReference reference;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), reference.neuron);
  if (error != std::errc() || end != digits.data() + digits.size() || reference.neuron < 0) return wrong();
  const std::string_view signal_name = text.substr(dot + 1, open - dot - 1);
  const std::optional<Signal> signal = find_signal(signal_name);
  if (!signal) {
    return fail(ErrorCode::kInvalidInput, "signal \"{}\": no signal \"{}\"; there are u, v, r, epsilon, e, s", text,
                signal_name);
  }
  reference.population = text.substr(0, dot);
  reference.signal = *signal;
  return reference;
}

Result<Plot> compare_traces(const Traces& ideal, const Traces& device, const std::optional<Stimulus>& stimulus,
                            const ComparisonOptions& options) {
  if (auto comparable = check_comparable(ideal, device); !comparable) return tl::unexpected(comparable.error());
  Plot plot;
  plot.title = options.title;
  plot.subtitle = subtitle_of(device);
  plot.from = options.from;
  plot.to = options.to;
  const double end = ideal.dt * static_cast<double>(std::max(ideal.report.steps, device.report.steps));
  if (plot.to <= plot.from) plot.to = end;
  if (plot.from < 0 || plot.to <= plot.from || plot.from >= end) {
    return fail(ErrorCode::kInvalidInput, "window {}..{} s: the traces go from 0 to {} s", options.from, options.to,
                end);
  }
  if (stimulus) {
    if (options.trial >= stimulus->batch) {
      return fail(ErrorCode::kInvalidInput, "trial {}: the stimulus has trials 0..{}", options.trial,
                  stimulus->batch - 1);
    }
    plot.panels = stimulus_panels(*stimulus, options.trial, ideal.dt);
  }
  for (const SignalReference& reference : options.signals.empty() ? first_recorded(ideal) : options.signals) {
    auto panel = compare_neuron(ideal, device, reference, options.trial);
    if (!panel) return tl::unexpected(panel.error());
    plot.panels.push_back(std::move(*panel));
  }
  return plot;
}

}  // namespace vle
