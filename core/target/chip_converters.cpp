#include <algorithm>
#include <limits>
#include <vle/target/calibration.hpp>

namespace vle {
namespace {

Dac dac_of(const CalibratedCurve& curve, const Dac& nominal) {
  Dac dac;
  dac.kind = curve.curve;
  dac.format = nominal.format;
  dac.min_code = curve.min_code;
  dac.max_code = curve.max_code;
  dac.scale = curve.scale;
  dac.offset = curve.offset;
  dac.table = curve.table;
  return dac;
}

}  // namespace

ChipConverters::ChipConverters(const Target& target, const Calibration* calibration)
    : target_(&target), calibration_(calibration) {
  if (calibration == nullptr) return;
  for (const CalibratedCurve& curve : calibration->curves) {
    Element& element = elements_[{curve.kind, curve.core, curve.column}];
    if (curve.state == CalibrationState::kDead) dead_.emplace_back(curve.core, curve.column);
    if (curve.state == CalibrationState::kGood) {
      element.ranges.push_back({dac_of(curve, target.dac(curve.kind)), curve.range});
    } else {
      element.defective = true;
    }
  }
  std::sort(dead_.begin(), dead_.end());
  for (const CalibratedOffset& offset : calibration->offsets) {
    offsets_[{offset.core, offset.column}][static_cast<std::size_t>(offset.kind)] = offset.value;
  }
  for (const CalibratedSynapses& synapses : calibration->synapses) {
    synapses_[{synapses.array, synapses.core}] = &synapses;
    for (const StuckSynapse& stuck : synapses.stuck) add_stuck(synapses, stuck);
  }
  for (const CalibratedRateCircuit& circuit : calibration->rate_circuits) {
    rate_circuits_[{circuit.core, circuit.column}] = &circuit;
  }
}

// As measured at the largest code M: factor * swing / M. The other row of a pair then has code 0, which a bit stuck
// at 1 makes a weight of: it takes that off.
void ChipConverters::add_stuck(const CalibratedSynapses& synapses, const StuckSynapse& stuck) {
  if (stuck.row >= synapses.rows || stuck.column >= synapses.columns) return;
  const Dac& dac = target_->dac(synapses.array);
  const auto place = [&](std::uint32_t row) { return SynapseKey{synapses.array, synapses.core, row, stuck.column}; };
  const auto measured = [&](std::uint32_t row) {
    return static_cast<double>(synapses.factor[std::size_t{stuck.column} * synapses.rows + row]);
  };
  stuck_[place(stuck.row)] = stuck;
  const double swing = full_swing(dac, stuck);
  const double given = swing > 0 ? measured(stuck.row) * dac.max_code / swing : measured(stuck.row);
  const double factor = given > 0 ? given : 1;
  factors_[place(stuck.row)] = factor;
  const std::uint32_t other = stuck.row ^ 1U;
  if (target_->signed_weight != SignedWeight::kRowPair || other >= synapses.rows) return;
  const double leak = factor * effective_code(dac, stuck, Lsb{0}).code / dac.max_code;
  const double other_factor = measured(other) + leak;
  factors_.emplace(place(other), other_factor > 0 ? other_factor : 1);  // unless it is stuck as well
}

const StuckSynapse* ChipConverters::stuck_synapse(ParameterKind array, std::uint32_t core, std::uint32_t row,
                                                  std::uint32_t column) const {
  const auto found = stuck_.find({array, core, row, column});
  return found == stuck_.end() ? nullptr : &found->second;
}

std::vector<ChipConverters::PlacedStuck> ChipConverters::stuck_synapses(ParameterKind array) const {
  std::vector<PlacedStuck> found;
  for (const auto& [place, stuck] : stuck_) {
    if (std::get<ParameterKind>(place) == array) found.push_back({std::get<1>(place), stuck});
  }
  return found;
}

bool ChipConverters::has_stuck_synapse(ParameterKind array, std::uint32_t core, std::uint32_t row,
                                       std::uint32_t column) const {
  if (stuck_.empty()) return false;
  return stuck_synapse(array, core, row, column) != nullptr ||
         (target_->signed_weight == SignedWeight::kRowPair && stuck_synapse(array, core, row + 1, column) != nullptr);
}

const ChipConverters::Element* ChipConverters::find(ParameterKind kind, std::uint32_t core,
                                                    std::uint32_t column) const {
  const auto found = elements_.find({kind, core, column});
  return found == elements_.end() || found->second.ranges.empty() ? nullptr : &found->second;
}

bool ChipConverters::is_dead(std::uint32_t core, std::uint32_t column) const {
  return std::binary_search(dead_.begin(), dead_.end(), std::pair(core, column));
}

bool ChipConverters::is_defective(ParameterKind kind, std::uint32_t core, std::uint32_t column) const {
  const auto found = elements_.find({kind, core, column});
  return found != elements_.end() && found->second.defective;
}

DacSetting ChipConverters::nearest(ParameterKind kind, std::uint32_t core, std::uint32_t column, double value) const {
  const double factor = circuit_factor(kind, core, column);
  DacSetting setting = nearest_of_converter(kind, core, column, value / factor);
  setting.value *= factor;
  return setting;
}

DacSetting ChipConverters::at_least(ParameterKind kind, std::uint32_t core, std::uint32_t column, double value) const {
  const double factor = circuit_factor(kind, core, column);
  DacSetting setting = least_of_converter(kind, core, column, value / factor);
  setting.value *= factor;
  return setting;
}

DacSetting ChipConverters::nearest_of_converter(ParameterKind kind, std::uint32_t core, std::uint32_t column,
                                                double value) const {
  const Element* element = find(kind, core, column);
  if (element == nullptr) return nearest_setting(target_->dac(kind), value);
  DacSetting best;
  double best_distance = std::numeric_limits<double>::infinity();
  for (const Range& range : element->ranges) {
    DacSetting setting = nearest_setting(range.dac, value);
    setting.range = range.range;
    if (const double distance = std::abs(setting.value - value); distance < best_distance) {
      best_distance = distance;
      best = setting;
    }
  }
  const double factor = circuit_factor(kind, core, column);
  best.clipped = value * factor < min_value(kind, core, column) || value * factor > max_value(kind, core, column);
  return best;
}

DacSetting ChipConverters::least_of_converter(ParameterKind kind, std::uint32_t core, std::uint32_t column,
                                              double value) const {
  const Element* element = find(kind, core, column);
  if (element == nullptr) return setting_at_least(target_->dac(kind), value);
  std::optional<DacSetting> best;
  for (const Range& range : element->ranges) {
    DacSetting setting = setting_at_least(range.dac, value);
    setting.range = range.range;
    const bool better = !best || (best->clipped ? !setting.clipped || setting.value > best->value
                                                : !setting.clipped && setting.value < best->value);
    if (better) best = setting;
  }
  return *best;
}

double ChipConverters::min_value(ParameterKind kind, std::uint32_t core, std::uint32_t column) const {
  const double factor = circuit_factor(kind, core, column);
  const Element* element = find(kind, core, column);
  if (element == nullptr) return factor * target_->dac(kind).min_value();
  double least = std::numeric_limits<double>::infinity();
  for (const Range& range : element->ranges) least = std::min(least, range.dac.min_value());
  return factor * least;
}

double ChipConverters::max_value(ParameterKind kind, std::uint32_t core, std::uint32_t column) const {
  const double factor = circuit_factor(kind, core, column);
  const Element* element = find(kind, core, column);
  if (element == nullptr) return factor * target_->dac(kind).max_value();
  double most = -std::numeric_limits<double>::infinity();
  for (const Range& range : element->ranges) most = std::max(most, range.dac.max_value());
  return factor * most;
}

double ChipConverters::rate_slope(std::uint32_t core, std::uint32_t column) const {
  const auto found = rate_circuits_.find({core, column});
  return found == rate_circuits_.end() ? 1.0 : found->second->slope;
}

double ChipConverters::rate_amplitude(std::uint32_t core, std::uint32_t column) const {
  const auto found = rate_circuits_.find({core, column});
  return found == rate_circuits_.end() ? 1.0 : found->second->amplitude;
}

double ChipConverters::circuit_factor(ParameterKind kind, std::uint32_t core, std::uint32_t column) const {
  switch (kind) {
    case ParameterKind::kColumnGain:
    case ParameterKind::kBias:
    case ParameterKind::kGamma:
      return rate_slope(core, column);
    case ParameterKind::kBeta:
      return rate_amplitude(core, column);
    default:
      return 1;
  }
}

double ChipConverters::offset(OffsetKind kind, std::uint32_t core, std::uint32_t column) const {
  const auto found = offsets_.find({core, column});
  return found == offsets_.end() ? 0.0 : found->second[static_cast<std::size_t>(kind)];
}

bool ChipConverters::has_synapses(ParameterKind array) const {
  return std::any_of(synapses_.begin(), synapses_.end(),
                     [array](const auto& entry) { return std::get<0>(entry.first) == array; });
}

double ChipConverters::synapse_factor(ParameterKind array, std::uint32_t core, std::uint32_t row,
                                      std::uint32_t column) const {
  const auto found = synapses_.find({array, core});
  if (found == synapses_.end()) return 1;
  const CalibratedSynapses& synapses = *found->second;
  if (row >= synapses.rows || column >= synapses.columns) return 1;
  if (const auto own = factors_.find({array, core, row, column}); own != factors_.end()) return own->second;
  const double factor = static_cast<double>(synapses.factor[static_cast<std::size_t>(column) * synapses.rows + row]);
  return factor > 0 ? factor : 1;
}

}  // namespace vle
