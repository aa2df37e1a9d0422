#include <cmath>

#include "keep_linearity.hpp"
#include "routine.hpp"
#include "synapse_sweep.hpp"

namespace vle::calibration {
namespace {

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
    keep_linearity(findings.synapses[array], cores);
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

/// The two synapses that make a signed weight, at their largest codes: the row after the first, or the other sign of
/// the same.
std::vector<CellSetting> full_cells(const Target& target, ParameterKind array) {
  const Lsb top{target.dac(array).max_code};
  if (target.signed_weight == SignedWeight::kRowPair) return {{0, top}, {1, top}};
  return {{0, top}, {0, Lsb{-top.code}}};
}

/// What every synapse of an array passes on at its largest code.
class SynapseFactors final : public Routine {
 public:
  explicit SynapseFactors(ParameterKind array) : array_(array) {}
  std::string_view name() const override { return is_backward() ? "backward_synapses" : "synapses"; }
  std::vector<std::string_view> needs() const override {
    return is_backward() ? std::vector<std::string_view>{"responses"} : std::vector<std::string_view>{};
  }
  std::vector<Signal> watched() const override { return {is_backward() ? Signal::kEpsilon : Signal::kS}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Target& target = bench.target();
    const std::vector<CellSetting> cells = full_cells(target, array_);
    const auto swept = sweep_synapses(bench, effort, array_, cells, findings);
    if (!swept) return tl::unexpected(swept.error());
    SynapseSums sums(findings.neurons(), target.rows);
    for (std::size_t k = 0; k < cells.size(); ++k) {
      const SynapseValues& values = (*swept)[k];
      for (std::size_t source = 0; source < values.sources; ++source) {
        const std::int64_t row = static_cast<std::int64_t>(source) * target.rows_per_source() + cells[k].row;
        for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
          const double value = values.at(neuron, source) / cells[k].code.code;
          if (!std::isnan(value)) sums.add(neuron, row, value);
        }
      }
    }
    sums.write(array_, swept->back().error / target.dac(array_).max_code, findings);
    return {};
  }

 private:
  bool is_backward() const { return array_ == ParameterKind::kBackwardWeight; }
  ParameterKind array_;
};

}  // namespace

std::unique_ptr<Routine> make_synapses(bool backward) {
  return std::make_unique<SynapseFactors>(backward ? ParameterKind::kBackwardWeight : ParameterKind::kWeight);
}

}  // namespace vle::calibration
