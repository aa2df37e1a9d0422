#include <algorithm>
#include <map>
#include <tuple>
#include <vle/calibration/calibrate.hpp>

#include "keep_linearity.hpp"

namespace vle::calibration {
namespace {

/// Adds elements to a list, each in the place of an earlier one with the same key.
template <class Element, class KeyOf>
void replace(std::vector<Element>& list, const std::vector<Element>& newer, KeyOf key_of) {
  std::map<decltype(key_of(newer.front())), std::size_t> places;
  for (std::size_t k = 0; k < list.size(); ++k) places[key_of(list[k])] = k;
  for (const Element& element : newer) {
    const auto [found, is_new] = places.emplace(key_of(element), list.size());
    if (is_new) {
      list.push_back(element);
    } else {
      list[found->second] = element;
    }
  }
}

}  // namespace

Result<Calibration> merge(std::vector<Calibration> parts) {
  if (parts.empty()) return fail(ErrorCode::kInvalidInput, "there is no calibration to merge");
  for (const Calibration& part : parts) {
    if (part.chip_id == parts.front().chip_id && part.target_hash == parts.front().target_hash) continue;
    return fail(ErrorCode::kInvalidInput,
                "a calibration of chip {} of target {:.12} does not merge with one of chip {} of target {:.12}",
                part.chip_id, part.target_hash, parts.front().chip_id, parts.front().target_hash);
  }
  std::stable_sort(parts.begin(), parts.end(), [](const Calibration& a, const Calibration& b) {
    return a.measured_at_unix_seconds < b.measured_at_unix_seconds;
  });
  Calibration merged = parts.front();
  for (std::size_t k = 1; k < parts.size(); ++k) {
    Calibration& part = parts[k];
    keep_linearity(merged.synapses, part.synapses);
    merged.tool_version = part.tool_version;
    merged.temperature_kelvin = part.temperature_kelvin;
    merged.device_seconds += part.device_seconds;
    // A neuron that answers again is not dead any more, and one that died has no curves.
    const auto is_dead = [](const CalibratedCurve& curve) { return curve.state == CalibrationState::kDead; };
    const auto is_of = [](const CalibratedCurve& curve) { return std::pair(curve.core, curve.column); };
    std::map<std::pair<std::uint32_t, std::uint32_t>, bool> seen;
    for (const CalibratedCurve& curve : part.curves) seen[is_of(curve)] = is_dead(curve);
    std::erase_if(merged.curves, [&](const CalibratedCurve& curve) {
      const auto found = seen.find(is_of(curve));
      return found != seen.end() && found->second != is_dead(curve);
    });
    replace(merged.curves, part.curves,
            [](const CalibratedCurve& curve) { return std::tuple(curve.kind, curve.core, curve.column, curve.range); });
    replace(merged.offsets, part.offsets,
            [](const CalibratedOffset& offset) { return std::tuple(offset.kind, offset.core, offset.column); });
    replace(merged.rate_circuits, part.rate_circuits,
            [](const CalibratedRateCircuit& circuit) { return std::pair(circuit.core, circuit.column); });
    replace(merged.synapses, part.synapses,
            [](const CalibratedSynapses& synapses) { return std::tuple(synapses.array, synapses.core); });
  }
  return merged;
}

}  // namespace vle::calibration
