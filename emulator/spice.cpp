#include <algorithm>
#include <cmath>
#include <limits>
#include <vle/emulator/spice.hpp>
#include <vle/target/signal_codes.hpp>

#include "chip.hpp"
#include "spice_neuron.hpp"

namespace vle::emulator {
namespace {

/// The time constant of a low pass that goes the share `a` of the distance in a sub-step.
double tau_of_share(double a, double substep) {
  return -substep / std::log1p(-a);
}

class ChipNetlist {
 public:
  ChipNetlist(const ParameterMap& map, const Chip& chip, const Stimulus& stimulus)
      : map_(map), chip_(chip), stimulus_(stimulus), substep_(map.target.substep().value) {}

  std::string write(std::uint64_t chip_id, const std::string& table) {
    add_header(chip_id);
    add_inputs();
    for (std::uint32_t core = 0; core < chip_.cores.size(); ++core) add_core(core);
    if (uses_silent_row_) netlist_.add("Vsilent silent 0 DC 0");
    add_analysis(table);
    return netlist_.take();
  }

 private:
  double step_seconds() const { return substep_ * static_cast<double>(chip_.substeps_per_step); }

  void add_header(std::uint64_t chip_id) {
    netlist_.add("* {} on {}, chip {}", map_.network_name, map_.target.name, chip_id);
    netlist_.add("* network {}", map_.network_hash);
    netlist_.add("* 1 V is one full scale of {:.9g} V; {} sub-steps of {:.9g} s make a step; speed-up {:.9g}",
                 map_.target.full_scale.value, chip_.substeps_per_step, substep_, map_.timing.speed_up);
    netlist_.add("* noise is left out, and signals between cores pass by wire");
    for (const PlacedPopulation& population : map_.populations) {
      netlist_.add("* population {}: full scales per model unit: u {:.9g}, r {:.9g}, v and e {:.9g}", population.name,
                   population.scales.membrane, population.scales.rate, population.scales.error);
      for (std::size_t i = 0; i < population.sites.size(); ++i) {
        netlist_.add("*   {}[{}] is {}_{}", population.name, i, population.sites[i].core, population.sites[i].column);
      }
    }
  }

  void add_inputs() {
    for (const PlacedInput& input : map_.inputs) {
      for (std::int64_t k = 0; k < input.size; ++k) {
        const std::int64_t channel = input.first_channel + k;
        netlist_.add("* input {}[{}]", input.name, k);
        add_held(fmt::format("in_{}", channel),
                 held_values(stimulus_.inputs, stimulus_.input_channels, channel, input.chip_scale, chip_.input_dac));
      }
    }
    if (stimulus_.targets.empty()) return;
    for (const PlacedPopulation& population : map_.populations) {
      if (!population.is_output) continue;
      for (std::size_t k = 0; k < population.sites.size(); ++k) {
        const std::int64_t channel = population.first_target_channel + static_cast<std::int64_t>(k);
        netlist_.add("* target of {}[{}]", population.name, k);
        add_held(fmt::format("t_{}", channel), held_values(stimulus_.targets, stimulus_.target_channels, channel,
                                                           population.rate_scale(k), chip_.target_dac));
      }
    }
  }

  /// What the converter of one channel holds in each step, in full scales.
  std::vector<double> held_values(const std::vector<double>& signals, std::int64_t channels, std::int64_t channel,
                                  double scale, const SignalDac& dac) const {
    const SignalCodes codes(map_.target.input_dac.bits, map_.target.input_dac.range);
    std::vector<double> values;
    std::int64_t saturated = 0;
    for (std::int64_t step = 0; step < stimulus_.steps; ++step) {
      const double value = signals[static_cast<std::size_t>(step * channels + channel)] * scale;
      values.push_back(
          static_cast<double>(dac.value(static_cast<std::size_t>(channel), codes.encode(value, 0, saturated))));
    }
    return values;
  }

  // Steps with an edge of a hundredth of a sub-step; no point where the value stays.
  void add_held(const std::string& node, const std::vector<double>& values) {
    netlist_.add("V{0} {0} 0 PWL(0 {1:.9g}", node, values.front());
    for (std::size_t step = 1; step < values.size(); ++step) {
      if (values[step] == values[step - 1]) continue;
      const double time = static_cast<double>(step) * step_seconds();
      netlist_.add("+ {:.12g} {:.9g} {:.12g} {:.9g}", time, values[step - 1], time + 0.01 * substep_, values[step]);
    }
    netlist_.add("+ )");
  }

  void add_core(std::uint32_t index) {
    const CoreArrays& core = chip_.cores[index];
    const CoreTables tables = chip_.tables(index, core.constants);
    for (std::uint32_t run = 0; run < tables.run_count; ++run) {
      const ShapeRun& shape = tables.runs[run];
      for (std::uint32_t column = shape.begin; column < shape.end; ++column) {
        const std::string id = fmt::format("{}_{}", index, column);
        netlist_.add("* neuron {}", id);
        add_synapses(id, column, tables.forward, tables.forward_rows, core.forward.inputs, false);
        add_synapses(id, column, tables.backward, tables.backward_rows, core.backward.inputs, true);
        add_neuron(netlist_, neuron_at(tables, shape, index, column, id));
        recorded_ += fmt::format(" v(u_{0}) v(r_{0}) v(v_{0}) v(e_{0})", id);
      }
    }
  }

  void add_synapses(const std::string& id, std::uint32_t column, const float* weights, std::uint32_t rows,
                    const std::vector<std::uint32_t>& inputs, bool backward) {
    for (std::uint32_t row = 0; row < rows; ++row) {
      const float weight = weights[std::size_t{column} * rows + row];
      if (weight == 0) continue;
      netlist_.add("G{0}_{1}_{2} 0 {0}_{1} {3} 0 {4:.9g}", backward ? "b" : "f", id, row,
                   node_of(inputs[row], backward), static_cast<double>(weight));
    }
  }

  /// The node that a place on the rate or the error bus carries.
  std::string node_of(std::uint32_t place, bool backward) {
    const std::uint32_t first = backward ? chip_.error_of_site(0) : chip_.rate_of_site(0);
    const auto columns = static_cast<std::uint32_t>(chip_.geometry.columns);
    const auto sites = static_cast<std::uint32_t>(chip_.geometry.cores) * columns;
    if (place == 0) {
      uses_silent_row_ = true;
      return "silent";
    }
    if (place < first) return fmt::format("in_{}", place - 1);
    std::uint32_t site = place - first;
    if (site >= sites) site = (backward ? chip_.error_links : chip_.rate_links)[site - sites].source;
    return fmt::format("{}_{}_{}", backward ? "e" : "r", site / columns, site % columns);
  }

  SpiceNeuron neuron_at(const CoreTables& tables, const ShapeRun& shape, std::uint32_t core, std::uint32_t i,
                        const std::string& id) const {
    const std::int32_t target_channel = chip_.cores[core].target_channel[i];
    const auto at = [i](const float* values) { return static_cast<double>(values[i]); };
    SpiceNeuron neuron;
    neuron.id = id;
    neuron.tau_u = tau_of_share(at(tables.a), substep_);
    neuron.tau_v = tau_of_share(at(tables.b), substep_);
    neuron.tau_pole = at(tables.pole) < 1 ? tau_of_share(at(tables.pole), substep_) : 0;
    neuron.lead_u = at(tables.lead_u);
    neuron.lead_v = at(tables.lead_v);
    neuron.g0 = at(tables.g0);
    neuron.g1 = at(tables.g1);
    neuron.gamma = at(tables.gamma);
    neuron.leakage_u = chip_.cores[core].neurons[i].leakage_u;
    neuron.leakage_v = chip_.cores[core].neurons[i].leakage_v;
    neuron.bias = at(tables.bias);
    neuron.offset_epsilon = at(tables.offset_epsilon);
    neuron.offset_r = at(tables.offset_r);
    neuron.offset_e = at(tables.offset_e);
    neuron.rail = chip_.rail < std::numeric_limits<float>::max() ? static_cast<double>(chip_.rail) : 0;
    neuron.ota_range = static_cast<double>(chip_.ota_range);
    neuron.capacitance = map_.target.noise.capacitance_farads;
    neuron.shape = shape;
    if (tables.rate_slope != nullptr) {
      neuron.shape.input_scale_inverse *= tables.rate_slope[i];
      neuron.shape.amplitude *= tables.rate_amplitude[i];
    }
    if (target_channel >= 0 && !stimulus_.targets.empty()) {
      neuron.beta = at(tables.beta);
      neuron.target = fmt::format("t_{}", target_channel);
    }
    return neuron;
  }

  // No step is longer than a sub-step, so that the solver's own error stays below the one it shall measure.
  void add_analysis(const std::string& table) {
    netlist_.add(".options reltol=1e-5 abstol=1e-16 vntol=1e-8 chgtol=1e-20");
    netlist_.add(".tran {:.12g} {:.12g} 0 {:.12g} uic", step_seconds(),
                 step_seconds() * static_cast<double>(stimulus_.steps), substep_);
    netlist_.add(".save{}", recorded_);
    netlist_.add(".control\nrun\nset wr_singlescale\nset wr_vecnames\nset numdgt=9\nlinearize");
    netlist_.add("wrdata {}{}\nquit\n.endc\n.end", table, recorded_);
  }

  const ParameterMap& map_;
  const Chip& chip_;
  const Stimulus& stimulus_;
  double substep_;  ///< seconds
  Netlist netlist_;
  std::string recorded_;
  bool uses_silent_row_ = false;
};

}  // namespace

Result<std::string> spice_netlist(const ParameterMap& map, std::uint64_t chip_id, Effects effects,
                                  const Stimulus& stimulus, const std::string& table, double temperature_kelvin) {
  if (Result<> ok = check_run(stimulus, RunOptions{}, map.input_channels(), map.target_channels(), {}); !ok) {
    return tl::unexpected(ok.error());
  }
  const Chip chip(map.geometry, map.image, map.target, chip_id, effects, temperature_kelvin);
  return ChipNetlist(map, chip, stimulus).write(chip_id, table);
}

}  // namespace vle::emulator
