#include <algorithm>
#include <cmath>
#include <vle/parameter_map/stuck_weight.hpp>

#include "incoming_weights.hpp"
#include "passes.hpp"

namespace vle {
namespace {

/// One of the two synapse arrays, seen from its receivers: for the forward array a neuron receives over W, for the
/// backward array over B from the neurons that it sends to.
class ArrayCoder {
 public:
  ArrayCoder(const Network& network, const Sources& sources, const Placement& placement, const Scales& scales,
             const ChipConverters& converters, bool backward, double weight_headroom, ParameterMap& map)
      : network_(network),
        sources_(sources),
        scales_(scales),
        converters_(converters),
        backward_(backward),
        weight_headroom_(weight_headroom),
        weight_kind_(backward ? ParameterKind::kBackwardWeight : ParameterKind::kWeight),
        gain_kind_(backward ? ParameterKind::kBackwardColumnGain : ParameterKind::kColumnGain),
        has_factors_(converters.has_synapses(weight_kind_) || (!backward && converters.has_rate_circuits())),
        map_(map),
        layout_(map.target, map.geometry),
        row_of_(placement.cores.size(), std::vector<std::int32_t>(static_cast<std::size_t>(sources.count()), -1)),
        amplitude_of_(static_cast<std::size_t>(sources.count()), 1.0) {
    if (!backward) find_amplitudes();
    for (std::size_t core = 0; core < placement.cores.size(); ++core) {
      const Placement::Core& rows = placement.cores[core];
      std::int32_t row = 0;
      for (const std::int64_t source : backward ? rows.backward : rows.forward) {
        row_of_[core][static_cast<std::size_t>(source)] = row;
        row += static_cast<std::int32_t>(map.target.rows_per_source());
      }
    }
  }

  void code_all() {
    find_largest_weights();
    for (std::size_t p = 0; p < network_.populations.size(); ++p) code_gains(p);
    silence_stuck();
    for (const Projection& projection : network_.projections) {
      if (!backward_ || has_backward(projection)) code_projection(projection);
    }
  }

 private:
  static bool has_backward(const Projection& projection) {
    return !projection.from.is_input && projection.backward != BackwardRule::kNone;
  }

  /// Chip weight per model weight of a projection.
  double chip_per_model(const Projection& projection) const {
    const auto from = static_cast<std::size_t>(projection.from.index);
    const SignalScales& post = scales_.populations[static_cast<std::size_t>(projection.to)];
    if (backward_) return scales_.populations[from].error / post.error;
    return post.membrane / (projection.from.is_input ? scales_.inputs[from] : scales_.populations[from].rate);
  }

  void find_amplitudes() {
    for (std::size_t p = 0; p < map_.populations.size(); ++p) {
      const std::vector<Site>& sites = map_.populations[p].sites;
      for (std::size_t i = 0; i < sites.size(); ++i) {
        const std::int64_t source = sources_.of_neuron(static_cast<std::int64_t>(p), static_cast<std::int64_t>(i));
        amplitude_of_[static_cast<std::size_t>(source)] = converters_.rate_amplitude(sites[i].core, sites[i].column);
      }
    }
  }

  /// What the chip multiplies a weight of this sign by, beside the column gain: the synapse's own factor, and the
  /// amplitude of the sender's rate circuit.
  double factor_of(std::int64_t source, Site site, bool negative) const {
    if (!has_factors_) return 1;
    const std::int32_t row = row_of_[site.core][static_cast<std::size_t>(source)];
    const bool odd = negative && map_.target.signed_weight == SignedWeight::kRowPair;
    const auto own = static_cast<std::uint32_t>(row + (odd ? 1 : 0));
    return converters_.synapse_factor(weight_kind_, site.core, own, site.column) *
           amplitude_of_[static_cast<std::size_t>(source)];
  }

  std::int64_t receiving_population(const Projection& projection) const {
    return backward_ ? projection.from.index : projection.to;
  }

  void find_largest_weights() {
    for (const Population& population : network_.populations) {
      largest_.emplace_back(static_cast<std::size_t>(population.size), 0.0);
    }
    for (const Projection& projection : network_.projections) {
      if (backward_ && !has_backward(projection)) continue;
      std::vector<double>& largest = largest_[static_cast<std::size_t>(receiving_population(projection))];
      const double scale = chip_per_model(projection);
      const auto& sites = map_.populations[static_cast<std::size_t>(receiving_population(projection))].sites;
      projection.synapses.for_each([&](std::int64_t post, std::int64_t pre, std::size_t k) {
        const auto receiver = static_cast<std::size_t>(backward_ ? pre : post);
        const double weight = backward_ ? projection.backward_value(k) : projection.synapses.values[k];
        const std::int64_t source =
            backward_ ? sources_.of_neuron(projection.to, post) : sources_.of_sender(projection, pre);
        const double factor = factor_of(source, sites[receiver], weight < 0);
        largest[receiver] = std::max(largest[receiver], scale * std::abs(weight) / factor);
      });
    }
  }

  // The smallest gain at which the largest weight of the column is within the codes, so that small weights keep their
  // bits.
  void code_gains(std::size_t p) {
    const PlacedPopulation& population = map_.populations[p];
    const Dac& dac = map_.target.dac(gain_kind_);
    const Dac& weight_dac = map_.target.dac(weight_kind_);
    const double full_weight = weight_dac.scale * weight_dac.max_code;
    LedgerBlock block;
    block.owner = population.name;
    block.kind = gain_kind_;
    block.unit = "1";
    gains_.emplace_back();
    for (std::size_t i = 0; i < population.sites.size(); ++i) {
      const double needed = weight_headroom_ * largest_[p][i] / full_weight;
      const Site site = population.sites[i];
      const DacSetting setting = converters_.at_least(gain_kind_, site.core, site.column, needed);
      map_.image[layout_.address(site.core, gain_kind_, site.column)] = to_word(dac, setting.code, setting.range);
      gains_[p].push_back(setting.value);
      block.target.push_back(needed);
      block.code.push_back(setting.code.code);
      if (dac.range_factors.size() > 1) block.range.push_back(static_cast<std::uint8_t>(setting.range));
      block.realised.push_back(setting.value);
      if (setting.clipped) block.losses.push_back({static_cast<std::uint32_t>(i), LossReason::kClipped});
    }
    map_.ledger.push_back(std::move(block));
  }

  void code_projection(const Projection& projection) {
    const auto p = static_cast<std::size_t>(receiving_population(projection));
    const PlacedPopulation& receivers = map_.populations[p];
    const Dac& dac = map_.target.dac(weight_kind_);
    const double scale = chip_per_model(projection);
    LedgerBlock block;
    block.owner = projection.name;
    block.kind = weight_kind_;
    block.unit = "1";
    const std::size_t count = projection.synapses.values.size();
    block.target.reserve(count);
    block.code.reserve(count);
    IncomingWeights incoming(network_, sources_, projection, backward_);
    for (std::size_t receiver = 0; receiver < receivers.sites.size(); ++receiver) {
      block.receiver_start.push_back(static_cast<std::uint32_t>(block.target.size()));
      block.lsb.push_back(gains_[p][receiver] * dac.scale / scale);
      code_column(receivers.sites[receiver], incoming.of(receiver), block);
    }
    block.receiver_start.push_back(static_cast<std::uint32_t>(block.target.size()));
    map_.ledger.push_back(std::move(block));
  }

  /// Codes what one receiver gets, in steps of the block's last lsb.
  void code_column(Site site, IncomingWeights::OfReceiver incoming, LedgerBlock& block) {
    const Dac& dac = map_.target.dac(weight_kind_);
    const std::int32_t limit = map_.target.max_weight_code(weight_kind_);
    const std::vector<std::int32_t>& rows = row_of_[site.core];
    const double lsb = block.lsb.back();
    const auto first = block.target.size();
    block.target.insert(block.target.end(), incoming.weights.begin(), incoming.weights.end());
    block.code.resize(block.target.size());
    if (has_factors_) block.realised.resize(block.target.size());
    for (std::size_t k = 0; k < incoming.weights.size(); ++k) {
      const double weight = incoming.weights[k];
      const std::int64_t source = incoming.sources[k];
      if (code_stuck(site, source, first + k, lsb, block)) continue;
      const double factor = factor_of(source, site, weight < 0);
      const QuantisedCode quantised =
          lsb > 0 ? quantise_to(weight / (lsb * factor), -limit, limit) : QuantisedCode{Lsb{0}, weight != 0};
      if (quantised.saturated) {
        block.losses.push_back({static_cast<std::uint32_t>(first + k), LossReason::kClipped});
      }
      block.code[first + k] = quantised.code.code;
      if (has_factors_) block.realised[first + k] = quantised.code.code * lsb * factor;
      write(rows[static_cast<std::size_t>(source)], site, quantised.code, dac);
    }
  }

  /// Before any weight is coded: a stuck bit may conduct where the network has no synapse.
  void silence_stuck() {
    for (const StuckPlace& place : stuck_places(map_, converters_, weight_kind_)) {
      write_stuck_weight(
          map_, weight_kind_, place.address,
          nearest_stuck_weight(converters_, map_.target, weight_kind_, place.core, place.row, place.column, 0));
    }
  }

  /// Codes a weight with a stuck bit in its way; false where there is none. The ledger lists those that fall short.
  bool code_stuck(Site site, std::int64_t source, std::size_t element, double lsb, LedgerBlock& block) {
    const auto row = static_cast<std::uint32_t>(row_of_[site.core][static_cast<std::size_t>(source)]);
    if (!converters_.has_stuck_synapse(weight_kind_, site.core, row, site.column)) return false;
    const double unit = lsb * amplitude_of_[static_cast<std::size_t>(source)];
    const double weight = block.target[element];
    const StuckWeight coded = nearest_stuck_weight(converters_, map_.target, weight_kind_, site.core, row, site.column,
                                                   unit > 0 ? weight / unit : 0);
    write_stuck_weight(map_, weight_kind_, layout_.address(site.core, weight_kind_, row, site.column), coded);
    enter_stuck_weight(coded, element, weight, unit, block);
    return true;
  }

  void write(std::int32_t row, Site site, Lsb code, const Dac& dac) {
    if (map_.target.signed_weight == SignedWeight::kPerSynapse) {
      map_.image[layout_.address(site.core, weight_kind_, row, site.column)] = to_word(dac, code, 0);
      return;
    }
    const Lsb magnitude{std::abs(code.code)};
    map_.image[layout_.address(site.core, weight_kind_, code.code < 0 ? row + 1 : row, site.column)] =
        to_word(dac, magnitude, 0);
  }

  const Network& network_;
  const Sources& sources_;
  const Scales& scales_;
  const ChipConverters& converters_;
  bool backward_;
  double weight_headroom_;
  ParameterKind weight_kind_;
  ParameterKind gain_kind_;
  bool has_factors_;  ///< synapses or their senders were calibrated one by one
  ParameterMap& map_;
  RegisterLayout layout_;
  std::vector<std::vector<std::int32_t>> row_of_;  ///< [core][source]
  std::vector<double> amplitude_of_;               ///< [source] of its rate circuit
  std::vector<std::vector<double>> largest_;       ///< [population][neuron] largest |chip weight| of the column
  std::vector<std::vector<double>> gains_;         ///< [population][neuron]
};

}  // namespace

void quantise_synapses(const Network& network, const Sources& sources, const Placement& placement, const Scales& scales,
                       const ChipConverters& converters, double weight_headroom, ParameterMap& map) {
  for (const bool backward : {false, true}) {
    ArrayCoder(network, sources, placement, scales, converters, backward, weight_headroom, map).code_all();
  }
}

}  // namespace vle
