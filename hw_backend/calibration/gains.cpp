#include <algorithm>
#include <cmath>

#include "converter_errors.hpp"
#include "routine.hpp"

namespace vle::calibration {
namespace {

constexpr double kSwing = 0.75;  // full scales: amplitude that stimuli aim at
constexpr std::int64_t kRows = 16;
constexpr std::int64_t kSamples = 64;  // of each level in a trial
constexpr double kStaged = 0.6;        // the same behind two or more elements with a mismatch each

double magnitude_of(const Dac& dac, const Setting& setting) {
  return std::abs(dac.value(setting.code, setting.range));
}

void listen_everywhere(Probe& probe) {
  for (std::int64_t column = 0; column < probe.columns(); ++column) probe.listen_to_target(column, 0);
}

/// Trials that resolve the largest code of a setting's range, whose answer to the stimulus is `swing` full scales per
/// unit of the parameter, to kWanted.
std::int64_t trials_of(const Bench& bench, const Dac& dac, const Setting& setting, double swing, double effort) {
  constexpr double kWanted = 0.008;  // relative standard error of one point; a range has three or more
  constexpr double kMost = 100;
  const double largest = std::abs(dac.value(Lsb{dac.max_code}, setting.range));
  const double trials = static_cast<double>(bench.trials_for(swing * largest, kSamples, kWanted));
  return repeated(1, std::min(kMost, std::max(2.0, trials)) * effort);
}

Bench::Levels target_levels(double amplitude, std::int64_t trials) {
  Bench::Levels levels;
  levels.inputs = {{0.0}, {0.0}};
  levels.targets = {{amplitude}, {-amplitude}};
  levels.settle = 12;
  levels.samples = kSamples;
  levels.trials = trials;
  return levels;
}

/// Answer of one signal per answer of another, from two opposite levels, with its standard error.
struct Ratio {
  double value = 0;
  double error = 0;
};

double difference(const LevelMeans& means, std::size_t neuron) {
  return means.at(0, neuron) - means.at(1, neuron);
}

Ratio ratio_of(const LevelMeans& answer, const LevelMeans& cause, std::size_t neuron) {
  const double below = difference(cause, neuron);
  const double value = difference(answer, neuron) / below;
  const double error = std::sqrt(2.0) / std::abs(below) * std::hypot(answer.error, value * cause.error);
  return {value, error};
}

/// The rows that together have the summed weight nearest to `wanted`, driven by one source; and their weight code.
struct RowChoice {
  std::int64_t first = 0;  ///< source row
  std::int64_t rows = 1;
  Lsb code;
};

/// `index` of the measurement: each takes other rows, so that the errors of their factors are not shared by all points.
/// `least`: rows to take although fewer would do, so that the errors of single synapses average out.
RowChoice choose_rows(const Target& target, ParameterKind array, double wanted, std::size_t index, std::int64_t least) {
  const Dac& dac = target.dac(array);
  const double full = dac.scale * dac.max_code;
  const std::int64_t available = target.rows / target.rows_per_source();
  RowChoice choice;
  choice.rows = std::max(static_cast<std::int64_t>(std::ceil(wanted / full)), least);
  choice.rows = std::clamp<std::int64_t>(choice.rows, 1, available);
  constexpr std::int64_t kStride = 17;
  choice.first = static_cast<std::int64_t>(index) * kStride % (available - choice.rows + 1);
  const double each = wanted / static_cast<double>(choice.rows) / dac.scale;
  choice.code = Lsb{std::clamp(static_cast<int>(std::lround(each)), 1, dac.max_code)};
  return choice;
}

/// Relative standard error of summed_weight().
double summed_error(const Findings& findings, ParameterKind array, const RowChoice& choice) {
  const auto found = findings.synapses.find(array);
  if (found == findings.synapses.end()) return findings.target().mismatch[static_cast<std::size_t>(array)].sigma;
  return found->second.front().error / std::sqrt(static_cast<double>(choice.rows));
}

/// Nominal weight of the chosen rows times the factors of this neuron's synapses.
double summed_weight(const Findings& findings, ParameterKind array, const RowChoice& choice, std::size_t neuron) {
  const Target& target = findings.target();
  double sum = 0;
  for (std::int64_t k = choice.first; k < choice.first + choice.rows; ++k) {
    sum += findings.synapse_factor(array, neuron, k * target.rows_per_source());
  }
  return sum * target.dac(array).value(choice.code, 0);
}

/// Relative error that a column gain has because it is defined by the mean of so many synapses.
double mean_synapse_error(const Target& target, ParameterKind array) {
  return target.mismatch[static_cast<std::size_t>(array)].sigma / std::sqrt(static_cast<double>(target.rows));
}

/// s per input over rows of known factors.
class ColumnGain final : public Routine {
 public:
  std::string_view name() const override { return "column_gain"; }
  std::vector<std::string_view> needs() const override { return {"responses", "synapses"}; }
  std::vector<Signal> watched() const override { return {Signal::kS}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Target& target = bench.target();
    const Dac& dac = target.dac(ParameterKind::kColumnGain);
    PointTable table(dac, findings.neurons());
    std::size_t index = 0;
    for (const Setting& setting : settings_of(dac)) {
      const double gain = magnitude_of(dac, setting);
      // Over so many rows that single synapses matter little, and so few that the input needs no small codes.
      const double one = gain * target.dac(ParameterKind::kWeight).scale;
      const auto least = static_cast<std::int64_t>(std::clamp(std::ceil(4 / one), 1.0, static_cast<double>(kRows)));
      const RowChoice choice = choose_rows(target, ParameterKind::kWeight, 1 / gain, index++, least);
      const double weight = target.dac(ParameterKind::kWeight).value(choice.code, 0) * static_cast<double>(choice.rows);
      const double input = bench.on_grid(std::min(kSwing, kSwing / (gain * weight)));
      Probe probe(target, bench.substeps_per_sample(1), 1);
      probe.set(ParameterKind::kColumnGain, setting.code, setting.range);
      for (std::int64_t k = choice.first; k < choice.first + choice.rows; ++k) {
        probe.drive_row(k * target.rows_per_source(), 0);
        probe.set_row(ParameterKind::kWeight, k * target.rows_per_source(), choice.code);
      }
      if (Result<> loaded = bench.load(probe); !loaded) return loaded;
      Bench::Levels levels;
      levels.inputs = {{input}, {-input}};
      levels.samples = 64;
      levels.trials = repeated(1, effort);
      const auto means = bench.measure(levels, {Signal::kS});
      if (!means) return tl::unexpected(means.error());
      for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
        const double scale =
            bench.adc_lsb() / (2 * input * summed_weight(findings, ParameterKind::kWeight, choice, neuron));
        const LevelMeans& s = means->front();
        const double value = difference(s, neuron) * scale;
        table.add(neuron, setting, value,
                  std::hypot(std::sqrt(2.0) * s.error * scale,
                             value * std::hypot(summed_error(findings, ParameterKind::kWeight, choice),
                                                bench.level_error(input))),
                  value * bench.bow_error());
      }
    }
    table.fit(ParameterKind::kColumnGain, mean_synapse_error(target, ParameterKind::kWeight), findings);
    return {};
  }
};

/// epsilon per e of one neuron of the core over rows of known factors. A second neuron stands in for the first where it
/// is itself measured, or where the first is dead.
class BackwardColumnGain final : public Routine {
 public:
  std::string_view name() const override { return "backward_column_gain"; }
  std::vector<std::string_view> needs() const override { return {"responses", "backward_synapses"}; }
  std::vector<Signal> watched() const override { return {Signal::kEpsilon}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Dac& dac = bench.target().dac(ParameterKind::kBackwardColumnGain);
    PointTable table(dac, findings.neurons());
    std::size_t index = 0;
    for (const Setting& setting : settings_of(dac)) {
      for (const std::int64_t source : {0, 1}) {
        if (Result<> done = measure(bench, effort, setting, source, index++, findings, table); !done) return done;
      }
    }
    table.fit(ParameterKind::kBackwardColumnGain, mean_synapse_error(bench.target(), ParameterKind::kBackwardWeight),
              findings);
    return {};
  }

 private:
  static Result<> measure(Bench& bench, double effort, const Setting& setting, std::int64_t source, std::size_t index,
                          const Findings& findings, PointTable& table) {
    const Target& target = bench.target();
    const double gain = magnitude_of(target.dac(ParameterKind::kBackwardColumnGain), setting);
    const RowChoice choice = choose_rows(
        target, ParameterKind::kBackwardWeight, 1 / gain, index,
        std::min(kRows, static_cast<std::int64_t>(1 / (gain * target.dac(ParameterKind::kBackwardWeight).scale))));
    Probe probe(target, bench.substeps_per_sample(2), 1);
    probe.set(ParameterKind::kBackwardColumnGain, setting.code, setting.range);
    probe.set_near(ParameterKind::kBeta, 1);
    probe.set_near(ParameterKind::kG0, 1);
    probe.listen_to_target(source, 0);
    for (std::int64_t k = choice.first; k < choice.first + choice.rows; ++k) {
      const std::int64_t row = k * target.rows_per_source();
      probe.drive_backward_row(row, source);
      probe.set_row(ParameterKind::kBackwardWeight, row, choice.code);
      probe.set_synapse(ParameterKind::kBackwardWeight, row, source, Lsb{0});
    }
    if (Result<> loaded = bench.load(probe); !loaded) return loaded;
    const double weight =
        target.dac(ParameterKind::kBackwardWeight).value(choice.code, 0) * static_cast<double>(choice.rows);
    const auto means =
        bench.measure(target_levels(bench.on_grid(std::min(kStaged, kStaged / (gain * weight))), repeated(2, effort)),
                      {Signal::kEpsilon, Signal::kE});
    if (!means) return tl::unexpected(means.error());
    for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
      const std::size_t sender = neuron / findings.columns() * findings.columns() + static_cast<std::size_t>(source);
      if (sender == neuron || findings.dead[sender]) continue;
      const double cause = difference((*means)[1], sender);
      const double value = difference((*means)[0], neuron) / cause;
      const double error = std::sqrt(2.0) / std::abs(cause) * std::hypot((*means)[0].error, value * (*means)[1].error);
      const double sum = summed_weight(findings, ParameterKind::kBackwardWeight, choice, neuron);
      table.add(neuron, setting, value / sum,
                std::hypot(error, value * summed_error(findings, ParameterKind::kBackwardWeight, choice)) / sum);
    }
    return {};
  }
};

/// s per bias code, by pairs of opposite codes: what adds to both, and a bent ramp of the read-out, drops out.
class Bias final : public Routine {
 public:
  std::string_view name() const override { return "bias"; }
  std::vector<std::string_view> needs() const override { return {"responses"}; }
  std::vector<Signal> watched() const override { return {Signal::kS}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Dac& dac = bench.target().dac(ParameterKind::kBias);
    PointTable table(dac, findings.neurons());
    for (int range = 0; range < static_cast<int>(dac.range_factors.size()); ++range) {
      for (const double share : {0.25, 0.5, 1.0}) {
        const double largest = std::min(kSwing, std::abs(dac.value(Lsb{dac.max_code}, range)));
        const auto code = std::lround(share * largest / std::abs(dac.value(Lsb{1}, range) - dac.value(Lsb{0}, range)));
        const Setting setting{Lsb{static_cast<int>(code)}, range};
        if (Result<> done = measure(bench, effort, setting, findings, table); !done) return done;
      }
    }
    table.fit(ParameterKind::kBias, 0, findings);
    return {};
  }

 private:
  static Result<> measure(Bench& bench, double effort, const Setting& setting, const Findings& findings,
                          PointTable& table) {
    const Dac& dac = bench.target().dac(ParameterKind::kBias);
    const bool has_sign = dac.min_code <= -setting.code.code;
    std::vector<LevelMeans> sides;
    for (const Lsb code : {setting.code, has_sign ? Lsb{-setting.code.code} : Lsb{0}}) {
      Probe probe(bench.target(), bench.substeps_per_sample(1), 1);
      probe.set(ParameterKind::kBias, code, setting.range);
      if (Result<> loaded = bench.load(probe); !loaded) return loaded;
      Bench::Levels levels;
      levels.inputs = {{0.0}};
      levels.samples = kSamples;
      levels.trials = repeated(4, effort);
      const auto means = bench.measure(levels, {Signal::kS});
      if (!means) return tl::unexpected(means.error());
      sides.push_back(means->front());
    }
    const double scale = bench.adc_lsb() / (has_sign ? 2 : 1);
    for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
      const double value = (sides[0].at(0, neuron) - sides[1].at(0, neuron)) * scale;
      table.add(neuron, setting, value, std::hypot(sides[0].error, sides[1].error) * scale, value * bench.bow_error());
    }
    return {};
  }
};

/// epsilon per target.
class Beta final : public Routine {
 public:
  std::string_view name() const override { return "beta"; }
  std::vector<std::string_view> needs() const override { return {"responses"}; }
  std::vector<Signal> watched() const override { return {Signal::kEpsilon}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Dac& dac = bench.target().dac(ParameterKind::kBeta);
    PointTable table(dac, findings.neurons());
    for (const Setting& setting : settings_of(dac)) {
      Probe probe(bench.target(), bench.substeps_per_sample(1), 1);
      probe.set(ParameterKind::kBeta, setting.code, setting.range);
      listen_everywhere(probe);
      if (Result<> loaded = bench.load(probe); !loaded) return loaded;
      // What rests on r is amplified as the target is, and must not drive epsilon into the rails.
      const double beta = magnitude_of(dac, setting);
      const double rest = 3 * std::hypot(bench.target().offsets.s.sigma, bench.target().offsets.r.sigma);
      const double swing = std::max(0.2, kSwing - rest * beta);
      const double amplitude = bench.on_grid(std::min(1.0, swing / beta));
      const std::int64_t trials = trials_of(bench, dac, setting, 2 * amplitude, effort);
      const auto means = bench.measure(target_levels(amplitude, trials), {Signal::kEpsilon});
      if (!means) return tl::unexpected(means.error());
      const double scale = bench.adc_lsb() / (2 * amplitude);
      const double level_error = bench.level_error(amplitude);
      for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
        if (bench.is_near_the_rails(means->front(), neuron)) continue;
        const double value = difference(means->front(), neuron) * scale;
        table.add(neuron, setting, value,
                  std::hypot(std::sqrt(2.0) * means->front().error * scale, level_error * value),
                  value * bench.bow_error());
      }
    }
    table.fit(ParameterKind::kBeta, 0, findings);
    return {};
  }
};

/// e per epsilon (g0), or e per v (g1), with the other gain as near to 0 as its converter gets. At rest epsilon is v,
/// so what is left of that gain adds to all points.
class ErrorGain final : public Routine {
 public:
  explicit ErrorGain(ParameterKind kind) : kind_(kind) {}
  std::string_view name() const override { return kind_ == ParameterKind::kG0 ? "g0" : "g1"; }
  std::vector<std::string_view> needs() const override { return {"responses"}; }
  std::vector<Signal> watched() const override { return {Signal::kE}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Dac& dac = bench.target().dac(kind_);
    const Signal cause = kind_ == ParameterKind::kG0 ? Signal::kEpsilon : Signal::kV;
    const double rest =
        error_of_zero(bench.target().dac(kind_ == ParameterKind::kG0 ? ParameterKind::kG1 : ParameterKind::kG0));
    PointTable table(dac, findings.neurons());
    for (const Setting& setting : settings_of(dac)) {
      Probe probe(bench.target(), bench.substeps_per_sample(2), 1);
      probe.set_near(ParameterKind::kBeta, 1);
      probe.set(kind_, setting.code, setting.range);
      listen_everywhere(probe);
      if (Result<> loaded = bench.load(probe); !loaded) return loaded;
      const double amplitude = bench.on_grid(std::min(kStaged, kStaged / magnitude_of(dac, setting)));
      const auto means = bench.measure(target_levels(amplitude, repeated(2, effort)), {Signal::kE, cause});
      if (!means) return tl::unexpected(means.error());
      for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
        const Ratio ratio = ratio_of((*means)[0], (*means)[1], neuron);
        table.add(neuron, setting, ratio.value, ratio.error, rest);
      }
    }
    table.fit(kind_, 0, findings);
    return {};
  }

 private:
  ParameterKind kind_;
};

/// u per e at rest. The rate follows u and pulls the error back, but both are read, so that does not matter: first e,
/// which is large, then u for as long as its share of e needs.
class Gamma final : public Routine {
 public:
  std::string_view name() const override { return "gamma"; }
  std::vector<std::string_view> needs() const override { return {"responses"}; }
  std::vector<Signal> watched() const override { return {Signal::kU}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Dac& dac = bench.target().dac(ParameterKind::kGamma);
    PointTable table(dac, findings.neurons());
    for (const Setting& setting : settings_of(dac)) {
      if (Result<> done = measure(bench, effort, setting, findings, table); !done) return done;
    }
    table.fit(ParameterKind::kGamma, 0, findings);
    return {};
  }

 private:
  static Result<> measure(Bench& bench, double effort, const Setting& setting, const Findings& findings,
                          PointTable& table) {
    constexpr double kMembrane = 0.4;  // full scales that u aims at
    constexpr double kError = 0.75;    // and e at most
    constexpr double kTarget = 1.0;
    const Dac& dac = bench.target().dac(ParameterKind::kGamma);
    const double gamma = magnitude_of(dac, setting);
    const double error = std::min(kError, kMembrane / gamma);
    Probe probe(bench.target(), bench.substeps_per_sample(1), 1);
    probe.set_near(ParameterKind::kBeta, error / (kTarget - error * gamma));
    probe.set_near(ParameterKind::kG0, 1);
    probe.set_near(ParameterKind::kTauU, 16 * bench.target().substep().value);
    probe.set(ParameterKind::kGamma, setting.code, setting.range);
    listen_everywhere(probe);
    if (Result<> loaded = bench.load(probe); !loaded) return loaded;
    Bench::Levels levels = target_levels(bench.on_grid(0.9 * kTarget), repeated(2, effort));
    levels.settle = 24;
    const auto cause = bench.measure(levels, {Signal::kE});
    if (!cause) return tl::unexpected(cause.error());
    levels.trials = trials_of(bench, dac, setting, 2 * error, effort);
    const auto answer = bench.measure(levels, {Signal::kU});
    if (!answer) return tl::unexpected(answer.error());
    for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
      const Ratio ratio = ratio_of(answer->front(), cause->front(), neuron);
      table.add(neuron, setting, ratio.value, ratio.error);
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<Routine> make_column_gain() {
  return std::make_unique<ColumnGain>();
}
std::unique_ptr<Routine> make_backward_column_gain() {
  return std::make_unique<BackwardColumnGain>();
}
std::unique_ptr<Routine> make_bias() {
  return std::make_unique<Bias>();
}
std::unique_ptr<Routine> make_beta() {
  return std::make_unique<Beta>();
}
std::unique_ptr<Routine> make_error_gain(ParameterKind kind) {
  return std::make_unique<ErrorGain>(kind);
}
std::unique_ptr<Routine> make_gamma() {
  return std::make_unique<Gamma>();
}

}  // namespace vle::calibration
