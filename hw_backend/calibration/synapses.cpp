#include <algorithm>
#include <cmath>

#include "routine.hpp"

namespace vle::calibration {
namespace {

constexpr double kAmplitude = 0.8;          // full scales
constexpr double kBackwardAmplitude = 0.6;  // through two more gains, each with its mismatch

/// Sums of what was measured of each synapse: weight per nominal weight at a column gain of nominally 1.
class SynapseSums {
 public:
  SynapseSums(std::size_t neurons, std::int64_t rows)
      : rows_(static_cast<std::size_t>(rows)), sum_(neurons * rows_), count_(sum_.size()) {}

  void add(std::size_t neuron, std::int64_t row, double value) {
    const std::size_t k = neuron * rows_ + static_cast<std::size_t>(row);
    sum_[k] += value;
    count_[k] += 1;
  }

  /// Splits what each column's synapses share from their factors and keeps the latter.
  void write(ParameterKind array, double error, Findings& findings) const {
    std::vector<CalibratedSynapses> cores(findings.cores());
    for (std::size_t core = 0; core < cores.size(); ++core) {
      cores[core].array = array;
      cores[core].core = static_cast<std::uint32_t>(core);
      cores[core].rows = static_cast<std::uint32_t>(rows_);
      cores[core].columns = static_cast<std::uint32_t>(findings.columns());
      cores[core].error = error;
      for (std::size_t column = 0; column < findings.columns(); ++column) {
        write_column(core * findings.columns() + column, cores[core].factor);
      }
    }
    findings.synapses[array] = std::move(cores);
  }

 private:
  void write_column(std::size_t neuron, std::vector<float>& factors) const {
    double total = 0;
    double measured = 0;
    for (std::size_t k = neuron * rows_; k < (neuron + 1) * rows_; ++k) {
      if (count_[k] == 0) continue;
      total += sum_[k] / count_[k];
      measured += 1;
    }
    const double mean = measured > 0 && total > 0 ? total / measured : 1;
    for (std::size_t k = neuron * rows_; k < (neuron + 1) * rows_; ++k) {
      factors.push_back(count_[k] > 0 ? static_cast<float>(sum_[k] / count_[k] / mean) : 1.0F);
    }
  }

  std::size_t rows_;
  std::vector<double> sum_;
  std::vector<double> count_;
};

/// One of the two synapses that make a signed weight: the row after the first, or the other sign of the same.
struct Sign {
  std::int64_t row = 0;  ///< from the first row of the source
  int sign = 1;          ///< of the code
  int answer = 1;        ///< of what it adds
};

std::vector<Sign> signs_of(const Target& target) {
  if (target.signed_weight == SignedWeight::kRowPair) return {{0, 1, 1}, {1, 1, -1}};
  return {{0, 1, 1}, {0, -1, -1}};
}

/// Two opposite levels for each channel in turn, all others at 0; before them two of silence, since slopes and rates
/// are 0 right after a reset.
std::vector<std::vector<double>> one_by_one(std::int64_t channels, double amplitude) {
  std::vector<std::vector<double>> levels(2, std::vector<double>(static_cast<std::size_t>(channels), 0.0));
  for (std::int64_t channel = 0; channel < channels; ++channel) {
    for (const double level : {amplitude, -amplitude}) {
      levels.emplace_back(static_cast<std::size_t>(channels), 0.0);
      levels.back()[static_cast<std::size_t>(channel)] = level;
    }
  }
  return levels;
}

double difference(const LevelMeans& means, std::int64_t channel, std::size_t neuron) {
  const auto level = static_cast<std::size_t>(2 * channel + 2);
  return means.at(level, neuron) - means.at(level + 1, neuron);
}

/// Forward: each row driven by an input channel of its own, s read.
class ForwardSynapses final : public Routine {
 public:
  std::string_view name() const override { return "synapses"; }
  std::vector<std::string_view> needs() const override { return {}; }
  std::vector<Signal> watched() const override { return {Signal::kS}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Target& target = bench.target();
    const std::int64_t sources = target.rows / target.rows_per_source();
    const std::int64_t channels = target.input_channels > 0 ? std::min(target.input_channels, sources) : sources;
    SynapseSums sums(findings.neurons(), target.rows);
    double error = 0;
    for (std::int64_t first = 0; first < sources; first += channels) {
      const std::int64_t count = std::min(channels, sources - first);
      for (const Sign& sign : signs_of(target)) {
        const auto means = measure(bench, effort, first, count, sign);
        if (!means) return tl::unexpected(means.error());
        const Dac& dac = target.dac(ParameterKind::kWeight);
        const double nominal = dac.scale * dac.max_code * sign.answer;
        const double scale = bench.adc_lsb() / (2 * bench.on_grid(kAmplitude) * nominal);
        for (std::int64_t channel = 0; channel < count; ++channel) {
          const std::int64_t row = (first + channel) * target.rows_per_source() + sign.row;
          for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
            sums.add(neuron, row, difference(*means, channel, neuron) * scale);
          }
        }
        error = std::sqrt(2.0) * means->error * std::abs(scale);
      }
    }
    sums.write(ParameterKind::kWeight, error, findings);
    return {};
  }

 private:
  static Result<LevelMeans> measure(Bench& bench, double effort, std::int64_t first, std::int64_t count, Sign sign) {
    const Target& target = bench.target();
    Probe probe(target, bench.substeps_per_sample(1), count);
    probe.set_near(ParameterKind::kColumnGain, 1);
    const Lsb code{sign.sign * target.dac(ParameterKind::kWeight).max_code};
    for (std::int64_t channel = 0; channel < count; ++channel) {
      const std::int64_t row = (first + channel) * target.rows_per_source();
      for (std::int64_t k = 0; k < target.rows_per_source(); ++k) probe.drive_row(row + k, channel);
      probe.set_row(ParameterKind::kWeight, row + sign.row, code);
    }
    if (Result<> loaded = bench.load(probe); !loaded) return tl::unexpected(loaded.error());
    Bench::Levels levels;
    levels.inputs = one_by_one(count, bench.on_grid(kAmplitude));
    levels.settle = 0;
    levels.samples = 1;
    levels.trials = repeated(4, effort);
    auto means = bench.measure(levels, {Signal::kS});
    if (!means) return tl::unexpected(means.error());
    return std::move(means->front());
  }
};

/// Backward: rows can only be driven by errors of the core's own neurons. One half of the columns sends, each by a
/// target of its own, and conducts nothing itself; the other half receives. Then they change places.
class BackwardSynapses final : public Routine {
 public:
  std::string_view name() const override { return "backward_synapses"; }
  std::vector<std::string_view> needs() const override { return {"responses"}; }
  std::vector<Signal> watched() const override { return {Signal::kEpsilon}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Target& target = bench.target();
    const std::int64_t rows = target.rows / target.rows_per_source();
    const std::int64_t senders = target.columns / 2;
    SynapseSums sums(findings.neurons(), target.rows);
    double error = 0;
    for (std::int64_t first = 0; first < rows; first += senders) {
      for (const std::int64_t parity : {0, 1}) {
        for (const Sign& sign : signs_of(target)) {
          const Block block{first, std::min(senders, rows - first), parity, sign};
          const auto measured = measure(bench, effort, block, findings, sums);
          if (!measured) return tl::unexpected(measured.error());
          error = *measured;
        }
      }
    }
    sums.write(ParameterKind::kBackwardWeight, error, findings);
    return {};
  }

 private:
  struct Block {
    std::int64_t first = 0;   ///< source row
    std::int64_t count = 0;   ///< source rows
    std::int64_t parity = 0;  ///< of the columns that send
    Sign sign;
    std::int64_t sender(std::int64_t k) const { return 2 * k + parity; }
  };

  static Result<double> measure(Bench& bench, double effort, const Block& block, const Findings& findings,
                                SynapseSums& sums) {
    const Target& target = bench.target();
    const Dac& dac = target.dac(ParameterKind::kBackwardWeight);
    Probe probe(target, bench.substeps_per_sample(2), 1, block.count);
    probe.set_near(ParameterKind::kBackwardColumnGain, 1);
    probe.set_near(ParameterKind::kG0, 1);
    probe.set_near(ParameterKind::kBeta, 1);
    for (std::int64_t k = 0; k < block.count; ++k) {
      const std::int64_t row = (block.first + k) * target.rows_per_source();
      probe.listen_to_target(block.sender(k), k);
      for (std::int64_t i = 0; i < target.rows_per_source(); ++i) probe.drive_backward_row(row + i, block.sender(k));
      for (std::int64_t column = 1 - block.parity; column < target.columns; column += 2) {
        probe.set_synapse(ParameterKind::kBackwardWeight, row + block.sign.row, column,
                          Lsb{block.sign.sign * dac.max_code});
      }
    }
    if (Result<> loaded = bench.load(probe); !loaded) return tl::unexpected(loaded.error());
    Bench::Levels levels;
    levels.targets = one_by_one(block.count, bench.on_grid(kBackwardAmplitude));
    levels.inputs.assign(levels.targets.size(), {0.0});
    levels.settle = 0;
    levels.samples = 1;
    levels.trials = repeated(4, effort);
    const auto means = bench.measure(levels, {Signal::kEpsilon, Signal::kE});
    if (!means) return tl::unexpected(means.error());
    const double nominal = dac.scale * dac.max_code * block.sign.answer;
    for (std::int64_t k = 0; k < block.count; ++k) {
      const std::int64_t row = (block.first + k) * target.rows_per_source() + block.sign.row;
      for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
        const std::size_t column = neuron % findings.columns();
        const std::size_t sender = neuron - column + static_cast<std::size_t>(block.sender(k));
        if (column % 2 == static_cast<std::size_t>(block.parity) || findings.dead[sender]) continue;
        const double ratio = difference((*means)[0], k, neuron) / difference((*means)[1], k, sender);
        sums.add(neuron, row, ratio / nominal);
      }
    }
    return 2 * (*means)[0].error * bench.adc_lsb() / (2 * kBackwardAmplitude * std::abs(nominal));
  }
};

}  // namespace

std::unique_ptr<Routine> make_synapses(bool backward) {
  if (backward) return std::make_unique<BackwardSynapses>();
  return std::make_unique<ForwardSynapses>();
}

}  // namespace vle::calibration
