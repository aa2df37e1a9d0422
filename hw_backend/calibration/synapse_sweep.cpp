#include "synapse_sweep.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "routine.hpp"

namespace vle::calibration {
namespace {

constexpr double kAmplitude = 0.8;          // full scales
constexpr double kBackwardAmplitude = 0.6;  // through two more gains, each with its mismatch

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

/// -1 where a row takes off what its code says: the second of a pair.
int answer_of(const Target& target, const CellSetting& cell) {
  return target.signed_weight == SignedWeight::kRowPair && cell.row % 2 == 1 ? -1 : 1;
}

/// Forward: each row driven by an input channel of its own, s read.
Result<LevelMeans> measure_forward(Bench& bench, double effort, std::int64_t first, std::int64_t count,
                                   const CellSetting& cell) {
  const Target& target = bench.target();
  Probe probe(target, bench.substeps_per_sample(1), count);
  probe.set_near(ParameterKind::kColumnGain, cell.column_gain);
  for (std::int64_t channel = 0; channel < count; ++channel) {
    const std::int64_t row = (first + channel) * target.rows_per_source();
    for (std::int64_t k = 0; k < target.rows_per_source(); ++k) probe.drive_row(row + k, channel);
    probe.set_row(ParameterKind::kWeight, row + cell.row, cell.code);
  }
  if (Result<> loaded = bench.load(probe); !loaded) return tl::unexpected(loaded.error());
  Bench::Levels levels;
  levels.inputs = one_by_one(count, bench.on_grid(kAmplitude));
  levels.settle = 0;
  levels.samples = 1;
  levels.trials = repeated(cell.trials, effort);
  auto means = bench.measure(levels, {Signal::kS});
  if (!means) return tl::unexpected(means.error());
  return std::move(means->front());
}

Result<> sweep_forward(Bench& bench, double effort, std::span<const CellSetting> cells, const Findings& findings,
                       std::vector<SynapseValues>& swept) {
  const Target& target = bench.target();
  const auto sources = static_cast<std::int64_t>(swept.front().sources);
  const std::int64_t channels = target.input_channels > 0 ? std::min(target.input_channels, sources) : sources;
  for (std::int64_t first = 0; first < sources; first += channels) {
    const std::int64_t count = std::min(channels, sources - first);
    for (std::size_t k = 0; k < cells.size(); ++k) {
      const double lsb = target.dac(ParameterKind::kWeight).scale * cells[k].column_gain * answer_of(target, cells[k]);
      const double scale = bench.adc_lsb() / (2 * bench.on_grid(kAmplitude) * lsb);
      const auto means = measure_forward(bench, effort, first, count, cells[k]);
      if (!means) return tl::unexpected(means.error());
      for (std::int64_t channel = 0; channel < count; ++channel) {
        for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
          swept[k].set(neuron, first + channel, difference(*means, channel, neuron) * scale);
        }
      }
      swept[k].error = std::sqrt(2.0) * means->error * std::abs(scale);
    }
  }
  return {};
}

/// Backward: rows can only be driven by errors of the core's own neurons. One half of the columns sends, each by a
/// target of its own, and conducts nothing itself; the other half receives. Then they change places.
struct Block {
  std::int64_t first = 0;   ///< source row
  std::int64_t count = 0;   ///< source rows
  std::int64_t parity = 0;  ///< of the columns that send
  std::int64_t sender(std::int64_t k) const { return 2 * k + parity; }
};

Result<> measure_backward(Bench& bench, double effort, const Block& block, const CellSetting& cell,
                          const Findings& findings, SynapseValues& values) {
  const Target& target = bench.target();
  Probe probe(target, bench.substeps_per_sample(2), 1, block.count);
  probe.set_near(ParameterKind::kBackwardColumnGain, cell.column_gain);
  probe.set_near(ParameterKind::kG0, 1);
  probe.set_near(ParameterKind::kBeta, 1);
  // A stuck bit conducts to the senders as well, were it not for their column gain.
  for (std::int64_t column = block.parity; column < target.columns; column += 2) {
    probe.set(ParameterKind::kBackwardColumnGain, column, Lsb{0});
  }
  for (std::int64_t k = 0; k < block.count; ++k) {
    const std::int64_t row = (block.first + k) * target.rows_per_source();
    probe.listen_to_target(block.sender(k), k);
    for (std::int64_t i = 0; i < target.rows_per_source(); ++i) probe.drive_backward_row(row + i, block.sender(k));
    for (std::int64_t column = 1 - block.parity; column < target.columns; column += 2) {
      probe.set_synapse(ParameterKind::kBackwardWeight, row + cell.row, column, cell.code);
    }
  }
  if (Result<> loaded = bench.load(probe); !loaded) return loaded;
  Bench::Levels levels;
  levels.targets = one_by_one(block.count, bench.on_grid(kBackwardAmplitude));
  levels.inputs.assign(levels.targets.size(), {0.0});
  levels.settle = 0;
  levels.samples = 1;
  levels.trials = repeated(cell.trials, effort);
  const auto means = bench.measure(levels, {Signal::kEpsilon, Signal::kE});
  if (!means) return tl::unexpected(means.error());
  const double lsb = target.dac(ParameterKind::kBackwardWeight).scale * cell.column_gain * answer_of(target, cell);
  for (std::int64_t k = 0; k < block.count; ++k) {
    for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
      const std::size_t column = neuron % findings.columns();
      const std::size_t sender = neuron - column + static_cast<std::size_t>(block.sender(k));
      if (column % 2 == static_cast<std::size_t>(block.parity) || findings.dead[sender]) continue;
      values.set(neuron, block.first + k,
                 difference((*means)[0], k, neuron) / difference((*means)[1], k, sender) / lsb);
    }
  }
  values.error = 2 * (*means)[0].error * bench.adc_lsb() / (2 * kBackwardAmplitude * std::abs(lsb));
  return {};
}

Result<> sweep_backward(Bench& bench, double effort, std::span<const CellSetting> cells, const Findings& findings,
                        std::vector<SynapseValues>& swept) {
  const auto rows = static_cast<std::int64_t>(swept.front().sources);
  const std::int64_t senders = bench.target().columns / 2;
  for (std::int64_t first = 0; first < rows; first += senders) {
    for (const std::int64_t parity : {0, 1}) {
      const Block block{first, std::min(senders, rows - first), parity};
      for (std::size_t k = 0; k < cells.size(); ++k) {
        Result<> done = measure_backward(bench, effort, block, cells[k], findings, swept[k]);
        if (!done) return done;
      }
    }
  }
  return {};
}

}  // namespace

double sweep_amplitude(ParameterKind array) {
  return array == ParameterKind::kWeight ? kAmplitude : kBackwardAmplitude;
}

Result<std::vector<SynapseValues>> sweep_synapses(Bench& bench, double effort, ParameterKind array,
                                                  std::span<const CellSetting> cells, const Findings& findings) {
  const Target& target = bench.target();
  SynapseValues none;
  none.sources = static_cast<std::size_t>(target.rows / target.rows_per_source());
  none.value.assign(findings.neurons() * none.sources, std::numeric_limits<double>::quiet_NaN());
  std::vector<SynapseValues> swept(cells.size(), none);
  const Result<> done = array == ParameterKind::kWeight ? sweep_forward(bench, effort, cells, findings, swept)
                                                        : sweep_backward(bench, effort, cells, findings, swept);
  if (!done) return tl::unexpected(done.error());
  return swept;
}

}  // namespace vle::calibration
