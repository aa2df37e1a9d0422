#include <algorithm>
#include <cmath>
#include <limits>
#include <vle/target/learning_time.hpp>

#include "passes.hpp"

namespace vle {
namespace {

constexpr double kMaxPeriod = 0xFFFF;

/// Full scales of one code of a symmetric converter of signals.
double lsb_of(int bits, double range) {
  return range / CodeFormat{bits, true}.maximum();
}

/// What a row's code stands for: full scales of one code over the square of the sender's scale, so that times the
/// column's factor it makes code steps.
struct RowFactors {
  std::vector<double> forward;
  std::vector<double> backward;
  std::vector<std::int64_t> forward_row;   ///< by source: inputs by channel, then neurons by site; -1: none
  std::vector<std::int64_t> backward_row;  ///< likewise
  std::int64_t forward_rows = 0;           ///< up to the last one that is driven
  std::int64_t backward_rows = 0;
};

/// The least and the largest realised rate of what it is shown.
class RateRange {
 public:
  void add(double rate) {
    least_ = std::min(least_, rate);
    largest_ = std::max(largest_, rate);
  }
  bool is_empty() const { return least_ > largest_; }
  RealisedRate entry(std::string owner, std::string quantity, double target) const {
    return {std::move(owner), std::move(quantity), "1/s", target, least_, largest_};
  }

 private:
  double least_ = std::numeric_limits<double>::infinity();
  double largest_ = -std::numeric_limits<double>::infinity();
};

/// Why the engine of a chip cannot follow these settings at all; empty: it can.
std::string obstacle(const Network& network) {
  const PlasticityDescription& asked = network.plasticity;
  if (asked.optimiser.kind != OptimiserDescription::Kind::kPlain) {
    return "the engine takes plain steps, eta dt times the direction; momentum and Adam are the host's";
  }
  return {};
}

bool asks_for_learning(const Network& network) {
  const PlasticityDescription& asked = network.plasticity;
  return asked.eta_weights > 0 || asked.eta_bias > 0 ||
         std::any_of(network.populations.begin(), network.populations.end(), [](const Population& population) {
           return population.gain == GainRule::kSingle || population.gain == GainRule::kPair;
         });
}

class PlasticityProgrammer {
 public:
  PlasticityProgrammer(const Network& network, const Scales& scales, ParameterMap& map)
      : network_(network),
        scales_(scales),
        map_(map),
        engine_(*map.target.plasticity),
        layout_(map.target, map.geometry),
        adc_lsb_(lsb_of(map.target.readout_adc.bits, map.target.readout_adc.range)) {
    find_populations();
    for (std::int64_t core = 0; core < map.geometry.cores; ++core) rows_.push_back(row_factors(core));
  }

  void program() {
    const std::vector<LearnControl> controls = learned_by_core();
    choose_period(controls);
    program_rows();
    for (std::size_t k = 0; k < network_.projections.size(); ++k) program_projection(k);
    for (std::size_t p = 0; p < network_.populations.size(); ++p) program_population(p);
    const Ratio decay = ratio(network_.plasticity.lambda * period_);
    for (std::int64_t core = 0; core < map_.geometry.cores; ++core) {
      put(core, RegisterBlock::kLearnControl, 0, to_word(controls[static_cast<std::size_t>(core)]));
      put(core, RegisterBlock::kLearnPeriod, 0, static_cast<std::uint16_t>(period_steps_));
      put(core, RegisterBlock::kLearnDecay, 0, to_word(decay));
    }
    if (network_.plasticity.lambda > 0) {
      const double realised = decay.value() / period_;
      map_.learning.rates.push_back({network_.name, "decay", "1/s", network_.plasticity.lambda, realised, realised});
    }
    remark_on_the_rest();
    map_.learning.period = period_;
  }

 private:
  const PlacedPopulation& placed(std::size_t p) const { return map_.populations[p]; }
  Ratio ratio(double value) const { return nearest_ratio(value, engine_.multiplier_bits); }
  void put(std::int64_t core, RegisterBlock block, std::int64_t index, std::uint16_t word) {
    map_.image[layout_.address(core, block, index)] = word;
  }
  double parameter(ParameterKind kind, Site site) const {
    return from_word(map_.target.dac(kind), map_.image[layout_.address(site.core, kind, site.column)]).value;
  }
  std::int64_t source_of(Site site) const {
    return map_.input_channels() + site.core * map_.geometry.columns + site.column;
  }
  bool learns_forward(const Projection& projection) const {
    return projection.plastic && network_.plasticity.eta_weights > 0;
  }
  bool learns_backward(const Projection& projection) const {
    return learns_forward(projection) && !projection.from.is_input && projection.backward == BackwardRule::kMirror;
  }
  static bool learns_gains(const Population& population) {
    return population.gain == GainRule::kSingle || population.gain == GainRule::kPair;
  }

  void find_populations() {
    population_of_site_.assign(static_cast<std::size_t>(map_.geometry.cores * map_.geometry.columns), 0);
    for (std::size_t p = 0; p < map_.populations.size(); ++p) {
      for (const Site site : placed(p).sites) {
        population_of_site_[static_cast<std::size_t>(site.core * map_.geometry.columns + site.column)] = p;
      }
    }
  }

  // Inputs and signals from other cores have the codes of their converters, neurons of this core those of the read-out.
  RowFactors row_factors(std::int64_t core) const {
    RowFactors factors;
    const Target& target = map_.target;
    const double dac_lsb = lsb_of(target.input_dac.bits, target.input_dac.range);
    const double crossing_lsb = lsb_of(target.crossing.bits, target.crossing_range());
    const std::int64_t sources = map_.input_channels() + map_.geometry.cores * map_.geometry.columns;
    factors.forward.assign(static_cast<std::size_t>(map_.geometry.rows), 0);
    factors.backward = factors.forward;
    factors.forward_row.assign(static_cast<std::size_t>(sources), -1);
    factors.backward_row = factors.forward_row;
    for (const bool backward : {false, true}) {
      for (std::int64_t row = 0; row < map_.geometry.rows; ++row) {
        const RegisterBlock block = backward ? RegisterBlock::kBackwardRowSource : RegisterBlock::kRowSource;
        const RowSource source = layout_.row_source_from_word(map_.image[layout_.address(core, block, row)]);
        if (source.kind == RowSource::Kind::kOff) continue;
        (backward ? factors.backward_rows : factors.forward_rows) = row + 1;
        double& factor = (backward ? factors.backward : factors.forward)[static_cast<std::size_t>(row)];
        std::int64_t index = source.index;
        if (source.kind == RowSource::Kind::kInput) {
          const double scale = input_scale(source.index);
          factor = dac_lsb / (scale * scale);
        } else {
          const bool local = source.kind == RowSource::Kind::kNeuron;
          const std::int64_t site =
              local ? core * map_.geometry.columns + source.index : link_source(core, backward, source.index);
          const SignalScales& scales = placed(population_of_site_[static_cast<std::size_t>(site)]).scales;
          const double scale = backward ? scales.error : scales.rate;
          factor = (local ? adc_lsb_ : crossing_lsb) / (scale * scale);
          index = map_.input_channels() + site;
        }
        std::int64_t& first = (backward ? factors.backward_row : factors.forward_row)[static_cast<std::size_t>(index)];
        if (first < 0) first = row;
      }
    }
    return factors;
  }

  double input_scale(std::int64_t channel) const {
    for (const PlacedInput& input : map_.inputs) {
      if (channel >= input.first_channel && channel < input.first_channel + input.size) return input.chip_scale;
    }
    return 1;
  }

  std::int64_t link_source(std::int64_t core, bool backward, std::int64_t channel) const {
    const RegisterBlock block = backward ? RegisterBlock::kBackwardLinkSource : RegisterBlock::kLinkSource;
    return map_.image[layout_.address(core, block, channel)] - 1;
  }

  std::vector<LearnControl> learned_by_core() const {
    std::vector<LearnControl> controls(static_cast<std::size_t>(map_.geometry.cores));
    for (const Projection& projection : network_.projections) {
      for (const Site site : placed(static_cast<std::size_t>(projection.to)).sites) {
        if (learns_forward(projection)) controls[site.core].forward = true;
      }
      if (!learns_backward(projection)) continue;
      for (const Site site : placed(static_cast<std::size_t>(projection.from.index)).sites) {
        controls[site.core].backward = true;
      }
    }
    for (std::size_t p = 0; p < network_.populations.size(); ++p) {
      for (const Site site : placed(p).sites) {
        if (network_.plasticity.eta_bias > 0 && map_.target.dac(ParameterKind::kBias).kind == Dac::Kind::kLinear) {
          controls[site.core].bias = true;
        }
        if (learns_gains(network_.populations[p])) controls[site.core].gains = true;
      }
    }
    for (LearnControl& control : controls) control.period_in_steps = true;
    return controls;
  }

  // As often as the network asks, or as often as the slowest core can.
  void choose_period(const std::vector<LearnControl>& controls) {
    std::int64_t needed = 0;
    for (std::size_t core = 0; core < controls.size(); ++core) {
      const LearningLoad load = learning_load(engine_, controls[core], rows_[core].forward_rows,
                                              rows_[core].backward_rows, map_.geometry.columns);
      needed = std::max(needed, learning_clocks(map_.target, load));
    }
    const std::int64_t step = map_.timing.substeps_per_step * map_.target.substep_clocks;
    const std::int64_t asked = std::max<std::int64_t>(network_.plasticity.update_every, 1);
    const std::int64_t fits = (needed + step - 1) / step;
    period_steps_ =
        std::min((std::max(fits, asked) + asked - 1) / asked * asked, static_cast<std::int64_t>(kMaxPeriod));
    period_ = static_cast<double>(period_steps_) * map_.timing.dt;
    if (period_steps_ == asked) return;
    map_.learning.remarks.push_back(
        fmt::format("updates every {} steps, not every {}: one takes {} clocks and a step is {}; rates are per second "
                    "all the same",
                    period_steps_, asked, needed, step));
  }

  void program_rows() {
    for (std::int64_t core = 0; core < map_.geometry.cores; ++core) {
      const RowFactors& factors = rows_[static_cast<std::size_t>(core)];
      for (std::size_t row = 0; row < factors.forward.size(); ++row) {
        const auto index = static_cast<std::int64_t>(row);
        put(core, RegisterBlock::kForwardRowRate, index, to_word(ratio(factors.forward[row])));
        put(core, RegisterBlock::kBackwardRowRate, index, to_word(ratio(factors.backward[row])));
      }
    }
  }

  /// Accumulator units of one unit of eta * period * signal, in a column whose code step is `step` model units.
  double column_factor(double eta, double signal_per_code, double step) const {
    return step > 0 ? std::ldexp(eta * period_ * signal_per_code / step, engine_.fraction_bits) : 0.0;
  }

  void program_projection(std::size_t k) {
    const Projection& projection = network_.projections[k];
    if (learns_forward(projection)) program_array(projection, false);
    if (learns_backward(projection)) program_array(projection, true);
  }

  /// The code steps of a receiver per full scale of the row, apart from the sender's scale.
  double receiver_factor(bool backward, Site site, const SignalScales& scales) const {
    const ParameterKind gain = backward ? ParameterKind::kBackwardColumnGain : ParameterKind::kColumnGain;
    const Dac& dac = map_.target.dac(backward ? ParameterKind::kBackwardWeight : ParameterKind::kWeight);
    const double step = parameter(gain, site) * dac.scale / (backward ? scales.error : scales.membrane);
    const double signal = adc_lsb_ / (backward ? scales.rate : scales.error);
    return column_factor(network_.plasticity.eta_weights, signal, step);
  }

  void program_array(const Projection& projection, bool backward) {
    const auto receivers = static_cast<std::size_t>(backward ? projection.from.index : projection.to);
    const RegisterBlock rate_block = backward ? RegisterBlock::kBackwardRate : RegisterBlock::kForwardRate;
    const RegisterBlock row_block = backward ? RegisterBlock::kBackwardRowRate : RegisterBlock::kForwardRowRate;
    std::vector<double> wanted_of_column;
    std::vector<double> given_by_column;
    for (const Site site : placed(receivers).sites) {
      const Ratio given = ratio(receiver_factor(backward, site, scales_.populations[receivers]));
      wanted_of_column.push_back(receiver_factor(backward, site, scales_.populations[receivers]));
      given_by_column.push_back(given.value());
      put(site.core, rate_block, site.column, to_word(given));
    }
    std::vector<std::vector<double>> given_by_row;  // of each core
    for (std::int64_t core = 0; core < map_.geometry.cores; ++core) {
      std::vector<double>& given = given_by_row.emplace_back();
      for (std::int64_t row = 0; row < map_.geometry.rows; ++row) {
        given.push_back(ratio_from_word(map_.image[layout_.address(core, row_block, row)]).value());
      }
    }
    RateRange realised;
    projection.synapses.for_each([&](std::int64_t post, std::int64_t pre, std::size_t) {
      const auto receiver = static_cast<std::size_t>(backward ? pre : post);
      const Site site = placed(receivers).sites[receiver];
      const RowFactors& rows = rows_[site.core];
      const std::int64_t row = backward ? rows.backward_row[source_of_receiver(projection, post)]
                                        : rows.forward_row[source_of_sender(projection, pre)];
      if (row < 0) return;
      set_mask(site, backward, row);
      const auto at = static_cast<std::size_t>(row);
      const double wanted = wanted_of_column[receiver] * (backward ? rows.backward : rows.forward)[at];
      const double given = given_by_column[receiver] * given_by_row[site.core][at];
      if (wanted > 0) realised.add(network_.plasticity.eta_weights * given / wanted);
    });
    if (realised.is_empty()) return;
    map_.learning.rates.push_back(
        realised.entry(projection.name, backward ? "B" : "W", network_.plasticity.eta_weights));
  }

  std::size_t source_of_receiver(const Projection& projection, std::int64_t post) const {
    const PlacedPopulation& receivers = placed(static_cast<std::size_t>(projection.to));
    return static_cast<std::size_t>(source_of(receivers.sites[static_cast<std::size_t>(post)]));
  }

  std::size_t source_of_sender(const Projection& projection, std::int64_t pre) const {
    const auto from = static_cast<std::size_t>(projection.from.index);
    if (projection.from.is_input) return static_cast<std::size_t>(network_.inputs[from].first_channel + pre);
    return static_cast<std::size_t>(source_of(placed(from).sites[static_cast<std::size_t>(pre)]));
  }

  void set_mask(Site site, bool backward, std::int64_t row) {
    const RegisterBlock block = backward ? RegisterBlock::kBackwardMask : RegisterBlock::kForwardMask;
    std::uint16_t& word = map_.image[layout_.address(site.core, block, site.column * layout_.mask_words() + row / 16)];
    word = static_cast<std::uint16_t>(word | 1u << (row % 16));
  }

  void program_population(std::size_t p) {
    const Population& population = network_.populations[p];
    const SignalScales& scales = scales_.populations[p];
    if (network_.plasticity.eta_bias > 0) program_bias(p, scales);
    if (!learns_gains(population)) return;
    const double share = -std::expm1(-period_ / population.gain_learning.time_constant);
    const Ratio gain_share = ratio(share);
    const double substep = map_.timing.substep_model_seconds();
    for (std::size_t i = 0; i < population.tau_m.size(); ++i) {
      const Site site = placed(p).sites[i];
      const double a = -std::expm1(-period_ / population.tau_m[i]);
      const double b = -std::expm1(-period_ / population.tau_r[i]);
      // v is sampled after its sub-step, the lead element saw it before.
      const double held = std::exp(-substep / population.tau_r[i]);
      const double lead = 1 + (parameter(ParameterKind::kLeadV, site) - 1) / held;
      put(site.core, RegisterBlock::kFilterShare, site.column, to_word(nearest_ratio(a, 8)));
      put(site.core, RegisterBlock::kFilterLead, site.column, to_word(nearest_ratio(a / b, 8)));
      put(site.core, RegisterBlock::kErrorLead, site.column, to_word(nearest_ratio(std::max(lead, 0.0), 8)));
      put(site.core, RegisterBlock::kGainShare, site.column, to_word(gain_share));
      const auto gain_rate = [&](ParameterKind kind) {
        return to_word(ratio(std::ldexp(share / map_.target.dac(kind).scale, engine_.fraction_bits)));
      };
      put(site.core, RegisterBlock::kG1Rate, site.column, gain_rate(ParameterKind::kG1));
      if (population.gain != GainRule::kPair) continue;
      put(site.core, RegisterBlock::kG0Rate, site.column, gain_rate(ParameterKind::kG0));
    }
    const double realised = gain_share.value() / period_;
    map_.learning.rates.push_back({population.name, "gains", "1/s", share / period_, realised, realised});
  }

  void program_bias(std::size_t p, const SignalScales& scales) {
    const Dac& dac = map_.target.dac(ParameterKind::kBias);
    if (dac.kind != Dac::Kind::kLinear) {
      map_.learning.remarks.push_back(
          fmt::format("biases of {} do not learn: their converter is not linear", network_.populations[p].name));
      return;
    }
    RateRange realised;
    for (const Site site : placed(p).sites) {
      const std::uint16_t word = map_.image[layout_.address(site.core, ParameterKind::kBias, site.column)];
      const double step = dac.scale * dac.range_factors[static_cast<std::size_t>(from_word(dac, word).range)];
      const double wanted =
          column_factor(network_.plasticity.eta_bias, adc_lsb_ / scales.error, step / scales.membrane);
      const Ratio given = ratio(wanted);
      put(site.core, RegisterBlock::kBiasRate, site.column, to_word(given));
      realised.add(network_.plasticity.eta_bias * given.value() / wanted);
    }
    map_.learning.rates.push_back(realised.entry(network_.populations[p].name, "bias", network_.plasticity.eta_bias));
  }

  void remark_on_the_rest() {
    std::vector<std::string>& remarks = map_.learning.remarks;
    const PlasticityDescription& asked = network_.plasticity;
    if (asked.eta_tau > 0 || asked.eta_tau_r > 0) remarks.push_back("time constants do not learn on the chip");
    if (asked.clip.parameter > 0 || asked.clip.neuron > 0) remarks.push_back("directions are not clipped on the chip");
    if (asked.eta_schedule.kind != ScheduleDescription::Kind::kConstant ||
        asked.lambda_schedule.kind != ScheduleDescription::Kind::kConstant) {
      remarks.push_back("rates are constant on the chip; a schedule is the host's, between runs");
    }
    for (const Projection& projection : network_.projections) {
      if (!learns_forward(projection) || projection.from.is_input) continue;
      if (projection.backward != BackwardRule::kTranspose) continue;
      remarks.push_back(fmt::format(
          "B of {} stays the transpose of the compiled W: a chip cannot carry weights to its other array; declare "
          "mirror or fixed_random",
          projection.name));
    }
  }

  const Network& network_;
  const Scales& scales_;
  ParameterMap& map_;
  const PlasticityEngine& engine_;
  RegisterLayout layout_;
  double adc_lsb_;
  std::vector<std::size_t> population_of_site_;
  std::vector<RowFactors> rows_;  ///< by core
  std::int64_t period_steps_ = 1;
  double period_ = 0;  ///< seconds of model time
};

}  // namespace

void program_plasticity(const Network& network, const Scales& scales, ParameterMap& map) {
  if (!asks_for_learning(network) || !map.target.plasticity) return;
  if (const std::string reason = obstacle(network); !reason.empty()) {
    map.learning.remarks.push_back(reason);
    return;
  }
  PlasticityProgrammer(network, scales, map).program();
}

}  // namespace vle
