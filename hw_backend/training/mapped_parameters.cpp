#include <vle/training/mapped_parameters.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "draws.hpp"

namespace vle::training {
namespace {

// A gain that has to grow gets room to grow on.
constexpr double kGainHeadroom = 1.25;
constexpr double kLeastUse = 0.25;

ParameterKind weight_kind(bool backward) {
  return backward ? ParameterKind::kBackwardWeight : ParameterKind::kWeight;
}
ParameterKind gain_kind(bool backward) {
  return backward ? ParameterKind::kBackwardColumnGain : ParameterKind::kColumnGain;
}

bool has_backward(const PlacedProjection& projection) {
  return !projection.from.is_input && projection.backward != BackwardRule::kNone;
}

std::size_t receiving_population(const PlacedProjection& projection, bool backward) {
  return static_cast<std::size_t>(backward ? projection.from.index : projection.to);
}

const std::vector<double>& values_of(const PlacedProjection& projection, const ProjectionParameters& parameters,
                                     bool backward) {
  const bool own = backward && projection.backward != BackwardRule::kTranspose;
  return own ? parameters.backward : parameters.weights;
}

double step_share(double tau, double substep) {
  return -std::expm1(-substep / tau);
}

/// Element of each synapse in a ledger block that is ordered by sender of W, then receiver.
std::vector<std::uint32_t> by_sender(const SynapseRegisters& registers) {
  std::vector<std::uint32_t> order(registers.sender.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return registers.sender[a] < registers.sender[b]; });
  std::vector<std::uint32_t> places(order.size());
  for (std::uint32_t place = 0; place < order.size(); ++place) places[order[place]] = place;
  return places;
}

/// Runs of words that differ.
std::vector<RegisterWrite> differences(const std::vector<std::uint16_t>& before,
                                       const std::vector<std::uint16_t>& after) {
  std::vector<RegisterWrite> writes;
  for (std::size_t address = 0; address < after.size(); ++address) {
    if (before[address] == after[address]) continue;
    if (writes.empty() || writes.back().address + writes.back().words.size() != address) {
      writes.push_back({static_cast<std::uint32_t>(address), {}});
    }
    writes.back().words.push_back(after[address]);
  }
  return writes;
}

}  // namespace

Result<MappedParameters> MappedParameters::create(ParameterMap map, Rounding rounding, std::uint64_t seed,
                                                  const Calibration* calibration, std::vector<GivenLeads> leads) {
  const std::string hash = calibration != nullptr ? hash_of(*calibration) : std::string();
  if (hash != map.calibration_hash) {
    return fail(ErrorCode::kInvalidInput, "the map was compiled {}; parameters must be coded by the same",
                map.calibration_hash.empty() ? "for the nominal chip"
                                             : fmt::format("by calibration {:.12}", map.calibration_hash));
  }
  auto registers = find_synapse_registers(map);
  if (!registers) return tl::unexpected(registers.error());
  leads.resize(map.populations.size());
  return MappedParameters(std::move(map), std::move(*registers), rounding, seed, calibration, std::move(leads));
}

MappedParameters::MappedParameters(ParameterMap map, std::vector<SynapseRegisters> registers, Rounding rounding,
                                   std::uint64_t seed, const Calibration* calibration, std::vector<GivenLeads> leads)
    : map_(std::move(map)),
      layout_(map_.target, map_.geometry),
      registers_(std::move(registers)),
      rounding_(rounding),
      seed_(seed),
      chip_(std::make_shared<const OwnChip>(map_.target, calibration)),
      leads_(std::move(leads)) {
  find_constants();
  for (const SynapseRegisters& own : registers_) {
    Thresholds& thresholds = thresholds_.emplace_back();
    for (const std::uint32_t address : own.forward) thresholds.forward.push_back(threshold_of(address));
    for (const std::uint32_t address : own.backward) thresholds.backward.push_back(threshold_of(address));
    ledger_places_.push_back(by_sender(own));
  }
}

double MappedParameters::threshold_of(std::uint32_t address) const {
  if (rounding_ == Rounding::kNearest) return 0.5;
  return Draws(seed_, DrawPurpose::kRounding, 0).uniform(address);
}

MappedParameters::OwnChip::OwnChip(const Target& chip_target, const Calibration* measured)
    : target(chip_target),
      calibration(measured != nullptr ? std::optional(*measured) : std::nullopt),
      converters(target, calibration ? &*calibration : nullptr) {
  if (!calibration) return;
  for (const CalibratedCurve& curve : calibration->curves) {
    if (curve.state == CalibrationState::kGood) curves[{curve.kind, curve.core, curve.column, curve.range}] = &curve;
  }
}

double MappedParameters::OwnChip::value(ParameterKind kind, Site site, Lsb code, int range) const {
  const auto found = curves.find({kind, site.core, site.column, range});
  const double own = found == curves.end() ? target.dac(kind).value(code, range) : found->second->value(code);
  return own * converters.circuit_factor(kind, site.core, site.column);
}

// A bias that takes up offsets realises more than its converter gives: the difference is what it takes up. What of it
// comes through weights that are learned moves with them; learning takes that up as well.
void MappedParameters::find_constants() {
  for (const PlacedPopulation& population : map_.populations) {
    std::vector<double>& constants = constants_.emplace_back(population.sites.size(), 0.0);
    const LedgerBlock* block = find_block(population.name, ParameterKind::kBias);
    if (!chip_->calibration || block == nullptr) continue;
    for (std::size_t i = 0; i < constants.size(); ++i) {
      const Site site = population.sites[i];
      const int range = block->range.empty() ? 0 : block->range[i];
      const double own = chip_->value(ParameterKind::kBias, site, Lsb{block->code[i]}, range);
      constants[i] = block->realised[i] - own / population.scales.membrane;
    }
  }
}

MappedParameters::SynapsePlace MappedParameters::place_of(ParameterKind array, std::uint32_t address) const {
  for (std::uint32_t core = 0; core < static_cast<std::uint32_t>(map_.geometry.cores); ++core) {
    const auto base = static_cast<std::uint32_t>(layout_.address(core, array, 0, 0));
    const auto rows = static_cast<std::uint32_t>(map_.geometry.rows);
    if (address < base || address >= base + rows * static_cast<std::uint32_t>(map_.geometry.columns)) continue;
    return {core, (address - base) % rows, (address - base) / rows};
  }
  VLE_CHECK(false, "no {} has the address {}", record_of(array).name, address);
  return {};
}

double MappedParameters::synapse_factor(ParameterKind array, std::uint32_t address, bool subtracts) const {
  if (!chip_->converters.has_synapses(array)) return 1;
  const bool second = subtracts && map_.target.signed_weight == SignedWeight::kRowPair;
  const SynapsePlace place = place_of(array, address);
  return chip_->converters.synapse_factor(array, place.core, place.row + (second ? 1 : 0), place.column);
}

std::optional<StuckWeight> MappedParameters::stuck_weight(ParameterKind array, std::uint32_t address,
                                                          double wanted) const {
  if (!chip_->converters.has_synapses(array)) return std::nullopt;
  const SynapsePlace place = place_of(array, address);
  if (!chip_->converters.has_stuck_synapse(array, place.core, place.row, place.column)) return std::nullopt;
  return nearest_stuck_weight(chip_->converters, map_.target, array, place.core, place.row, place.column, wanted);
}

double MappedParameters::sender_amplitude(const PlacedProjection& projection, bool backward,
                                          std::size_t synapse) const {
  if (backward || projection.from.is_input) return 1;
  const std::vector<double>& factors = map_.populations[static_cast<std::size_t>(projection.from.index)].rate_factors;
  if (factors.empty()) return 1;
  return factors[projection.is_dense ? synapse % factors.size() : projection.column[synapse]];
}

std::vector<RegisterWrite> MappedParameters::program(const Parameters& parameters) {
  const std::vector<std::uint16_t> before = map_.image;
  for (std::size_t p = 0; p < map_.populations.size(); ++p) program_neurons(p, parameters.populations[p]);
  for (const bool backward : {false, true}) program_array(backward, parameters);
  return differences(before, map_.image);
}

LedgerBlock* MappedParameters::find_block(const std::string& owner, ParameterKind kind) {
  const auto found = std::find_if(map_.ledger.begin(), map_.ledger.end(),
                                  [&](const LedgerBlock& block) { return block.owner == owner && block.kind == kind; });
  return found == map_.ledger.end() ? nullptr : &*found;
}

void MappedParameters::program_neurons(std::size_t population, const PopulationParameters& parameters) {
  const double substep = map_.timing.substep_model_seconds();
  const double speed_up = map_.timing.speed_up;
  const std::vector<double>& tau_v = parameters.tau_v.empty() ? parameters.tau_r : parameters.tau_v;
  std::vector<double> lead_u = leads_[population].u;
  std::vector<double> lead_v = leads_[population].v;
  const bool inverts_u = lead_u.empty();
  const bool inverts_v = lead_v.empty();
  for (std::size_t i = 0; i < parameters.tau_m.size(); ++i) {
    const double ratio = step_share(parameters.tau_m[i], substep) / step_share(tau_v[i], substep);
    if (inverts_u) lead_u.push_back(ratio);
    if (inverts_v) lead_v.push_back(1 / ratio);
  }
  program_neuron_kind(population, ParameterKind::kTauU, parameters.tau_m, speed_up);
  program_neuron_kind(population, ParameterKind::kTauV, tau_v, speed_up);
  program_neuron_kind(population, ParameterKind::kLeadU, lead_u, 1);
  program_neuron_kind(population, ParameterKind::kLeadV, lead_v, 1);
  program_neuron_kind(population, ParameterKind::kBias, parameters.bias,
                      1 / map_.populations[population].scales.membrane);
  program_neuron_kind(population, ParameterKind::kG0, parameters.g0, 1);
  program_neuron_kind(population, ParameterKind::kG1, parameters.g1, 1);
}

void MappedParameters::program_neuron_kind(std::size_t population, ParameterKind kind,
                                           const std::vector<double>& values, double model_per_chip) {
  const PlacedPopulation& placed = map_.populations[population];
  const Dac& dac = map_.target.dac(kind);
  LedgerBlock* block = find_block(placed.name, kind);
  if (block != nullptr) block->losses.clear();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Site site = placed.sites[i];
    const auto address = static_cast<std::uint32_t>(layout_.address(site.core, kind, site.column));
    const double constant = kind == ParameterKind::kBias ? constants_[population][i] : 0;
    const double value = (values[i] - constant) / model_per_chip;
    DacSetting setting = chip_->converters.nearest(kind, site.core, site.column, value);
    if (dac.kind == Dac::Kind::kLinear && dac.range_factors.size() == 1 && !setting.clipped) {
      const auto own = [&](int code) { return chip_->value(kind, site, Lsb{code}, 0); };
      const double wanted = (value - own(0)) / (own(1) - own(0));
      setting.code.code =
          std::clamp(static_cast<std::int32_t>(std::floor(wanted + threshold_of(address))), dac.min_code, dac.max_code);
      setting.value = own(setting.code.code);
    }
    map_.image[address] = to_word(dac, setting.code, setting.range);
    if (block == nullptr) continue;
    block->target[i] = values[i];
    block->code[i] = setting.code.code;
    if (!block->range.empty()) block->range[i] = static_cast<std::uint8_t>(setting.range);
    block->realised[i] = setting.value * model_per_chip + constant;
    if (setting.clipped) block->losses.push_back({static_cast<std::uint32_t>(i), LossReason::kClipped});
  }
}

void MappedParameters::program_array(bool backward, const Parameters& parameters) {
  std::vector<std::vector<double>> largest;
  for (const PlacedPopulation& population : map_.populations) largest.emplace_back(population.sites.size(), 0.0);
  for (std::size_t q = 0; q < map_.projections.size(); ++q) {
    const PlacedProjection& projection = map_.projections[q];
    if (backward && !has_backward(projection)) continue;
    const double scale = chip_weight_scale(map_, projection, backward);
    const std::vector<double>& weights = values_of(projection, parameters.projections[q], backward);
    const std::vector<std::uint32_t>& receiver = backward ? registers_[q].sender : registers_[q].receiver;
    const std::vector<std::uint32_t>& addresses = backward ? registers_[q].backward : registers_[q].forward;
    std::vector<double>& own = largest[receiving_population(projection, backward)];
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const double factor = synapse_factor(weight_kind(backward), addresses[k], weights[k] < 0) *
                            sender_amplitude(projection, backward, k);
      own[receiver[k]] = std::max(own[receiver[k]], scale * std::abs(weights[k]) / factor);
    }
  }
  std::vector<std::vector<double>> gains;
  for (std::size_t p = 0; p < largest.size(); ++p) gains.push_back(fit_gains(p, backward, largest[p]));
  for (std::size_t q = 0; q < map_.projections.size(); ++q) {
    const PlacedProjection& projection = map_.projections[q];
    if (backward && !has_backward(projection)) continue;
    program_projection(q, backward, values_of(projection, parameters.projections[q], backward),
                       gains[receiving_population(projection, backward)]);
  }
}

std::vector<double> MappedParameters::fit_gains(std::size_t population, bool backward,
                                                const std::vector<double>& largest) {
  const PlacedPopulation& placed = map_.populations[population];
  const ParameterKind kind = gain_kind(backward);
  const Dac& dac = map_.target.dac(kind);
  const Dac& weight_dac = map_.target.dac(weight_kind(backward));
  const double full_weight = weight_dac.scale * weight_dac.max_code;
  LedgerBlock* block = find_block(placed.name, kind);
  if (block != nullptr) block->losses.clear();
  std::vector<double> gains;
  for (std::size_t i = 0; i < largest.size(); ++i) {
    const Site site = placed.sites[i];
    std::uint16_t& word = map_.image[layout_.address(site.core, kind, site.column)];
    const double needed = largest[i] / full_weight;
    DacSetting setting = from_word(dac, word);
    setting.value = chip_->value(kind, site, setting.code, setting.range);
    if (needed > setting.value || needed < kLeastUse * setting.value) {
      setting = chip_->converters.at_least(kind, site.core, site.column, kGainHeadroom * needed);
      word = to_word(dac, setting.code, setting.range);
    }
    gains.push_back(setting.value);
    if (block == nullptr) continue;
    block->target[i] = needed;
    block->code[i] = setting.code.code;
    if (!block->range.empty()) block->range[i] = static_cast<std::uint8_t>(setting.range);
    block->realised[i] = setting.value;
    if (needed > setting.value) block->losses.push_back({static_cast<std::uint32_t>(i), LossReason::kClipped});
  }
  return gains;
}

void MappedParameters::program_projection(std::size_t projection, bool backward, const std::vector<double>& weights,
                                          const std::vector<double>& gains) {
  const PlacedProjection& placed = map_.projections[projection];
  const ParameterKind kind = weight_kind(backward);
  const std::int32_t limit = map_.target.max_weight_code(kind);
  const SynapseRegisters& own = registers_[projection];
  const std::vector<std::uint32_t>& receiver = backward ? own.sender : own.receiver;
  const std::vector<std::uint32_t>& addresses = backward ? own.backward : own.forward;
  const Thresholds& thresholds = thresholds_[projection];
  const double unit = map_.target.dac(kind).scale / chip_weight_scale(map_, placed, backward);
  LedgerBlock* block = find_block(placed.name, kind);
  if (block != nullptr) {
    block->losses.clear();
    for (std::size_t i = 0; i < gains.size(); ++i) block->lsb[i] = gains[i] * unit;
  }
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const double lsb = gains[receiver[k]] * unit;
    const double amplitude = sender_amplitude(placed, backward, k);
    const double factor = synapse_factor(kind, addresses[k], weights[k] < 0) * amplitude;
    const double wanted = lsb > 0 ? weights[k] / (lsb * factor) : 0;
    const std::uint32_t element = backward ? ledger_places_[projection][k] : static_cast<std::uint32_t>(k);
    const double step = lsb * amplitude;
    if (const auto stuck = stuck_weight(kind, addresses[k], step > 0 ? weights[k] / step : 0)) {
      write_stuck_weight(map_, kind, addresses[k], *stuck);
      if (block != nullptr) enter_stuck_weight(*stuck, element, weights[k], step, *block);
      continue;
    }
    const double threshold = (backward ? thresholds.backward : thresholds.forward)[k];
    const double rounded = std::clamp<double>(std::floor(wanted + threshold), -limit, limit);
    const auto code = static_cast<std::int32_t>(rounded);
    write_weight(addresses[k], kind, code);
    if (block == nullptr) continue;
    block->target[element] = weights[k];
    block->code[element] = code;
    if (!block->realised.empty()) block->realised[element] = code * lsb * factor;
    const bool clipped = lsb > 0 ? std::abs(wanted) > limit + 0.5 : weights[k] != 0;
    if (clipped) block->losses.push_back({element, LossReason::kClipped});
  }
  if (block != nullptr && backward) {
    std::sort(block->losses.begin(), block->losses.end(),
              [](const LossEntry& a, const LossEntry& b) { return a.element < b.element; });
  }
}

void MappedParameters::write_weight(std::uint32_t address, ParameterKind kind, std::int32_t code) {
  const Dac& dac = map_.target.dac(kind);
  if (map_.target.signed_weight == SignedWeight::kPerSynapse) {
    map_.image[address] = to_word(dac, Lsb{code}, 0);
    return;
  }
  map_.image[address] = to_word(dac, Lsb{std::max(code, 0)}, 0);
  map_.image[address + 1] = to_word(dac, Lsb{std::max(-code, 0)}, 0);
}

std::map<std::string, std::int64_t> MappedParameters::saturated() const {
  std::map<std::string, std::int64_t> counts;
  for (const LedgerBlock& block : map_.ledger) {
    if (block.losses.empty()) continue;
    counts[std::string(record_of(block.kind).name)] += static_cast<std::int64_t>(block.losses.size());
  }
  return counts;
}

}  // namespace vle::training
