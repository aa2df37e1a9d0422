#pragma once

#include <cmath>
#include <memory>
#include <string_view>
#include <vector>

#include "bench.hpp"
#include "findings.hpp"

namespace vle::calibration {

/// One measurement of the whole chip: stimulate, record, fit, keep.
class Routine {
 public:
  virtual ~Routine() = default;
  virtual std::string_view name() const = 0;
  /// Routines whose findings this one uses; they come before it.
  virtual std::vector<std::string_view> needs() const = 0;
  /// Whether it runs where no routine is asked for by name.
  virtual bool is_usual(const Target& /*target*/) const { return true; }
  /// Signals of the drift check (drift_check.hpp) in which a chip that moved away from these findings would show.
  virtual std::vector<Signal> watched() const = 0;
  /// What it reads and writes are findings only: every probe sets all registers, so no routine disturbs another.
  [[nodiscard]] virtual Result<> run(Bench& bench, double effort, Findings& findings) const = 0;
};

/// All routines, in the order in which they run.
[[nodiscard]] std::vector<std::unique_ptr<Routine>> make_routines();

// By file: constants at rest, answers and gains, synapses, time constants.
[[nodiscard]] std::unique_ptr<Routine> make_readout_offsets();
[[nodiscard]] std::unique_ptr<Routine> make_rest_offsets();
[[nodiscard]] std::unique_ptr<Routine> make_responses();
[[nodiscard]] std::unique_ptr<Routine> make_synapses(bool backward);
[[nodiscard]] std::unique_ptr<Routine> make_column_gain();
[[nodiscard]] std::unique_ptr<Routine> make_backward_column_gain();
[[nodiscard]] std::unique_ptr<Routine> make_bias();
[[nodiscard]] std::unique_ptr<Routine> make_beta();
[[nodiscard]] std::unique_ptr<Routine> make_error_gain(ParameterKind kind);
[[nodiscard]] std::unique_ptr<Routine> make_gamma();
[[nodiscard]] std::unique_ptr<Routine> make_membrane();
[[nodiscard]] std::unique_ptr<Routine> make_error_compartment();
[[nodiscard]] std::unique_ptr<Routine> make_lead_pole();
[[nodiscard]] std::unique_ptr<Routine> make_rate_circuits();
[[nodiscard]] std::unique_ptr<Routine> make_weight_linearity();

/// Repetitions at an effort; at least one.
std::int64_t repeated(std::int64_t count, double effort);

/// A code of a converter with its range.
struct Setting {
  Lsb code;
  int range = 0;
};
/// Codes at which a linear converter is measured, range by range: over its whole span, and of both signs where it has
/// them.
[[nodiscard]] std::vector<Setting> settings_of(const Dac& dac);

/// Measured points of every neuron, by range.
class PointTable {
 public:
  PointTable(const Dac& dac, std::size_t neurons) : points_(dac.range_factors.size()) {
    for (auto& range : points_) range.resize(neurons);
  }
  /// What is not a number, because something that it is measured by does not answer, is left out.
  void add(std::size_t neuron, const Setting& setting, double value, double error, double shared = 0) {
    if (!std::isfinite(value) || !std::isfinite(error) || error <= 0) return;
    points_[static_cast<std::size_t>(setting.range)][neuron].push_back({setting.code, value, error, shared});
  }
  /// Fits a curve for each neuron that is alive and each range that was measured.
  void fit(ParameterKind kind, double common_error, Findings& findings) const;

 private:
  std::vector<std::vector<std::vector<Point>>> points_;
};

}  // namespace vle::calibration
