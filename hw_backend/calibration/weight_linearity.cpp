#include <algorithm>
#include <cmath>

#include "routine.hpp"
#include "stuck_fit.hpp"
#include "synapse_sweep.hpp"

namespace vle::calibration {
namespace {

constexpr double kHigh = 8;  // column gain at which an LSB is far above the noise: group 0; group 1 is at 1

/// Code 0, each bit by itself, and the largest code; where codes have a sign, of both signs.
std::vector<CellSetting> settings_for(const Target& target, ParameterKind array, std::int64_t row) {
  constexpr double kMost = 0.9;  // full scales of a nominal weight
  const Dac& dac = target.dac(array);
  std::vector<CellSetting> settings{{row, Lsb{0}, kHigh, 2}, {row, Lsb{0}, 1, 4}};
  const auto add = [&](int code) {
    const bool is_high = code * dac.scale * kHigh <= kMost / sweep_amplitude(array);
    settings.push_back({row, Lsb{code}, is_high ? kHigh : 1, is_high ? 2 : 4});
    if (dac.min_code >= 0) return;
    settings.push_back(settings.back());
    settings.back().code = Lsb{-code};
  };
  for (int code = 1; code < dac.max_code; code *= 2) add(code);
  add(dac.max_code);
  return settings;
}

/// Everything that was measured of one row of every source.
struct RowOfSources {
  ParameterKind array = ParameterKind::kWeight;
  std::int64_t row = 0;
  std::vector<CellSetting> settings;
  std::vector<SynapseValues> values;

  static int group_of(const CellSetting& setting) { return setting.column_gain == kHigh ? 0 : 1; }

  /// Nothing where a code was not measured.
  std::vector<WeightPoint> points(const Bench& bench, const Dac& dac, std::size_t neuron, std::size_t source) const {
    const Target& target = bench.target();
    const double range = target.readout_adc.range;
    const double end = target.rail > 0 ? std::min(target.rail, range) : range;
    std::vector<WeightPoint> points;
    for (std::size_t k = 0; k < settings.size(); ++k) {
      const double value = values[k].at(neuron, source);
      if (!std::isfinite(value)) return {};
      const double limit = end / (sweep_amplitude(array) * settings[k].column_gain * dac.scale);
      points.push_back({settings[k].code, group_of(settings[k]), value, values[k].error, limit});
    }
    return points;
  }

  /// Median over the sources of the largest code of a group: the factor of the column.
  double column_factor(std::size_t neuron, int group) const {
    std::size_t largest = 0;
    for (std::size_t k = 0; k < settings.size(); ++k) {
      const bool is_larger = group_of(settings[k]) == group && settings[k].code.code > 0 &&
                             (group_of(settings[largest]) != group || settings[k].code > settings[largest].code);
      if (is_larger) largest = k;
    }
    std::vector<double> factors;
    for (std::size_t source = 0; source < values[largest].sources; ++source) {
      const double value = values[largest].at(neuron, source) / settings[largest].code.code;
      if (std::isfinite(value)) factors.push_back(value);
    }
    if (factors.empty()) return 1;
    const auto middle = factors.begin() + static_cast<std::ptrdiff_t>(factors.size() / 2);
    std::nth_element(factors.begin(), middle, factors.end());
    return *middle;
  }
};

/// Several codes of every synapse: which have a stuck bit, and how far the others are from a line.
class WeightLinearity final : public Routine {
 public:
  std::string_view name() const override { return "weight_linearity"; }
  std::vector<std::string_view> needs() const override { return {"responses", "synapses", "backward_synapses"}; }
  std::vector<Signal> watched() const override { return {Signal::kS, Signal::kEpsilon}; }
  /// Defects of single synapses do not come and go: it is enough to look for them once.
  bool is_usual(const Target& /*target*/) const override { return false; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    for (const ParameterKind array : {ParameterKind::kWeight, ParameterKind::kBackwardWeight}) {
      if (Result<> done = run_array(bench, effort, array, findings); !done) return done;
    }
    return {};
  }

 private:
  /// What was found of one core.
  struct Verdicts {
    std::vector<StuckSynapse> stuck;
    std::size_t unjudged = 0;
    double squares = 0;  ///< of what healthy synapses are off their lines, beyond noise
    double healthy = 0;
  };

  static Result<> run_array(Bench& bench, double effort, ParameterKind array, Findings& findings) {
    const Target& target = bench.target();
    std::vector<CalibratedSynapses>& cores = findings.synapses[array];
    std::vector<Verdicts> verdicts(cores.size());
    for (std::int64_t row = 0; row < target.rows_per_source(); ++row) {
      RowOfSources measured{array, row, settings_for(target, array, row), {}};
      auto values = sweep_synapses(bench, effort, array, measured.settings, findings);
      if (!values) return tl::unexpected(values.error());
      measured.values = std::move(*values);
      for (std::size_t neuron = 0; neuron < findings.neurons() && !bench.is_rehearsing(); ++neuron) {
        if (findings.dead[neuron]) continue;
        judge(bench, measured, neuron, findings.columns(), verdicts[neuron / findings.columns()]);
      }
    }
    for (std::size_t core = 0; core < cores.size(); ++core) {
      Verdicts& found = verdicts[core];
      cores[core].has_linearity = true;
      cores[core].stuck = std::move(found.stuck);
      cores[core].unjudged = found.unjudged;
      cores[core].nonlinearity = found.healthy > 0 ? std::sqrt(std::max(0.0, found.squares / found.healthy)) : 0;
    }
    return {};
  }

  /// Adds what is found of one neuron's synapses. Those that neither a line nor a stuck bit explains are not judged.
  static void judge(const Bench& bench, const RowOfSources& measured, std::size_t neuron, std::size_t columns,
                    Verdicts& verdicts) {
    const Target& target = bench.target();
    const Dac& dac = target.dac(measured.array);
    const double column[kWeightGroups] = {measured.column_factor(neuron, 0), measured.column_factor(neuron, 1)};
    const bool is_measured = column[0] > 0 && column[1] > 0;
    for (std::size_t source = 0; source < measured.values.front().sources; ++source) {
      const auto points = is_measured ? measured.points(bench, dac, neuron, source) : std::vector<WeightPoint>();
      const auto row =
          static_cast<std::uint32_t>(static_cast<std::int64_t>(source) * target.rows_per_source() + measured.row);
      const StuckSynapse place{row, static_cast<std::uint32_t>(neuron % columns), 0, 0};
      if (points.empty()) {
        ++verdicts.unjudged;
        continue;
      }
      const WeightFit fit = fit_weights(dac, points, column, nullptr);
      if (is_explained(fit, points.size())) {
        const double freedom = static_cast<double>(points.size()) - kWeightGroups;
        verdicts.squares += (fit.squares - fit.expected * freedom / static_cast<double>(points.size())) / freedom;
        verdicts.healthy += 1;
      } else if (const auto stuck = find_stuck_bit(dac, points, column, place)) {
        verdicts.stuck.push_back(*stuck);
      } else {
        ++verdicts.unjudged;
      }
    }
  }
};

}  // namespace

std::unique_ptr<Routine> make_weight_linearity() {
  return std::make_unique<WeightLinearity>();
}

}  // namespace vle::calibration
