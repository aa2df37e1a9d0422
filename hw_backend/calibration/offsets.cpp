#include <cmath>

#include "converter_errors.hpp"
#include "routine.hpp"

namespace vle::calibration {
namespace {

/// Right after a reset the membrane is 0: what the read-out says then is its own offset.
class ReadoutOffsets final : public Routine {
 public:
  std::string_view name() const override { return "adc"; }
  std::vector<std::string_view> needs() const override { return {}; }
  std::vector<Signal> watched() const override { return {Signal::kS}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    Probe probe(bench.target(), 1, 1);
    probe.set_near(ParameterKind::kTauU, bench.target().dac(ParameterKind::kTauU).max_value());
    if (Result<> loaded = bench.load(probe); !loaded) return loaded;
    Stimulus stimulus;
    stimulus.batch = repeated(400, effort);
    stimulus.steps = 1;
    stimulus.input_channels = 1;
    stimulus.inputs.assign(static_cast<std::size_t>(stimulus.batch), 0.0);
    const auto recorded = bench.record(stimulus, {Signal::kU}, bench.substeps_per_sample(1));
    if (!recorded) return tl::unexpected(recorded.error());
    const double count = static_cast<double>(stimulus.batch);
    double scatter = 0;
    std::vector<double> mean(findings.neurons());
    for (std::size_t neuron = 0; neuron < mean.size(); ++neuron) {
      double squares = 0;
      for (std::int64_t trial = 0; trial < stimulus.batch; ++trial) {
        const double code = recorded->front().at(trial, 0, static_cast<std::int64_t>(neuron));
        mean[neuron] += code / count;
        squares += code * code / count;
      }
      scatter += (squares - mean[neuron] * mean[neuron]) / static_cast<double>(mean.size());
    }
    const double error = std::sqrt(std::max(scatter, 1.0 / 12) / count);
    for (std::size_t neuron = 0; neuron < mean.size(); ++neuron) {
      // A bent ramp adds to all of a core's columns what cannot be told from their offsets.
      findings.add(neuron, OffsetKind::kAdc, mean[neuron],
                   std::hypot(error, bench.target().readout_adc.errors.ramp_bow_lsb));
    }
    findings.adc_error = error;
    return {};
  }
};

/// With nothing connected and all gains 0, s, epsilon and e rest at their own offsets, and r beside u at its.
class RestOffsets final : public Routine {
 public:
  std::string_view name() const override { return "offsets"; }
  std::vector<std::string_view> needs() const override { return {"adc"}; }
  std::vector<Signal> watched() const override { return {Signal::kS, Signal::kR, Signal::kEpsilon, Signal::kE}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    constexpr Signal kSignals5[] = {Signal::kS, Signal::kU, Signal::kR, Signal::kEpsilon, Signal::kE};
    const Probe probe(bench.target(), bench.substeps_per_sample(std::size(kSignals5)), 1);
    if (Result<> loaded = bench.load(probe); !loaded) return loaded;
    Bench::Levels levels;
    levels.inputs = {{0.0}};
    levels.settle = 8;
    levels.samples = 32;
    levels.trials = repeated(8, effort);
    const auto means = bench.measure(levels, {std::begin(kSignals5), std::end(kSignals5)});
    if (!means) return tl::unexpected(means.error());
    const double lsb = bench.adc_lsb();
    const double bias = error_of_zero(bench.target().dac(ParameterKind::kBias));  // adds to s
    for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
      const auto at = [&](std::size_t signal) { return (*means)[signal].at(0, neuron); };
      const double adc = findings.adc_offset[neuron];
      const auto error = [&](std::size_t signal, double other) {
        return std::hypot((*means)[signal].error, other) * lsb;
      };
      findings.add(neuron, OffsetKind::kS, (at(0) - adc) * lsb, std::hypot(error(0, findings.adc_error), bias));
      findings.add(neuron, OffsetKind::kR, (at(2) - at(1)) * lsb, error(2, (*means)[1].error));
      findings.add(neuron, OffsetKind::kEpsilon, (at(3) - adc) * lsb, error(3, findings.adc_error));
      findings.add(neuron, OffsetKind::kE, (at(4) - adc) * lsb, error(4, findings.adc_error));
    }
    return {};
  }
};

/// A neuron whose rate or error does not answer to a step of its input or target is dead, unless it answers to a second
/// probe, which takes other rows, gains and ranges: a register with a stuck bit does not make a neuron dead.
class Responses final : public Routine {
 public:
  std::string_view name() const override { return "responses"; }
  std::vector<std::string_view> needs() const override { return {}; }
  std::vector<Signal> watched() const override { return {}; }

  Result<> run(Bench& bench, double /*effort*/, Findings& findings) const override {
    const Dac& weight = bench.target().dac(ParameterKind::kWeight);
    const auto first = silent_neurons(bench, {0, Lsb{weight.max_code}, 1, ParameterKind::kG0}, findings.neurons());
    if (!first) return tl::unexpected(first.error());
    const auto second =
        silent_neurons(bench, {bench.target().rows_per_source(), Lsb{2 * weight.max_code / 3}, 0.7, ParameterKind::kG1},
                       findings.neurons());
    if (!second) return tl::unexpected(second.error());
    for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
      findings.dead[neuron] = (*first)[neuron] && (*second)[neuron];
    }
    return {};
  }

 private:
  struct Way {
    std::int64_t row = 0;
    Lsb weight;
    double gain = 1;  ///< of column and target
    ParameterKind error_gain = ParameterKind::kG0;
  };

  static Result<std::vector<bool>> silent_neurons(Bench& bench, const Way& way, std::size_t neurons) {
    const Target& target = bench.target();
    constexpr double kStep = 0.4;
    Probe probe(target, bench.substeps_per_sample(2), 1);
    probe.set_near(ParameterKind::kColumnGain, way.gain);
    probe.set_near(ParameterKind::kBeta, way.gain);
    probe.set_near(way.error_gain, 1);
    probe.drive_row(way.row, 0);
    probe.set_row(ParameterKind::kWeight, way.row, way.weight);
    for (std::int64_t column = 0; column < probe.columns(); ++column) probe.listen_to_target(column, 0);
    if (Result<> loaded = bench.load(probe); !loaded) return tl::unexpected(loaded.error());
    Bench::Levels levels;
    levels.inputs = {{kStep}, {-kStep}, {0.0}, {0.0}};
    levels.targets = {{0.0}, {0.0}, {kStep}, {-kStep}};
    levels.settle = 8;
    const auto means = bench.measure(levels, {Signal::kR, Signal::kE});
    if (!means) return tl::unexpected(means.error());
    constexpr double kLeastAnswer = 0.05;  // of the nominal one
    const double least = kLeastAnswer * 2 * kStep * way.gain / bench.adc_lsb();
    std::vector<bool> silent(neurons);
    for (std::size_t neuron = 0; neuron < neurons; ++neuron) {
      const double rate = (*means)[0].at(0, neuron) - (*means)[0].at(1, neuron);
      const double error = (*means)[1].at(2, neuron) - (*means)[1].at(3, neuron);
      silent[neuron] = std::abs(rate) < least || std::abs(error) < least;
    }
    return silent;
  }
};

}  // namespace

std::unique_ptr<Routine> make_readout_offsets() {
  return std::make_unique<ReadoutOffsets>();
}

std::unique_ptr<Routine> make_rest_offsets() {
  return std::make_unique<RestOffsets>();
}

std::unique_ptr<Routine> make_responses() {
  return std::make_unique<Responses>();
}

}  // namespace vle::calibration
