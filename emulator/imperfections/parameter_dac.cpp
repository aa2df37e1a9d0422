#include "parameter_dac.hpp"

#include <algorithm>

#include "unit_elements.hpp"

namespace vle::emulator {

double converted(const Silicon& silicon, ParameterKind kind, const DacSetting& setting, std::uint32_t column) {
  constexpr std::uint32_t kPlacesPerParameter = 32;  // more than a code has bits
  const Dac& dac = silicon.target->dac(kind);
  if (dac.unit_sigma == 0 || !silicon.effects.has(Effect::kDac)) return setting.value;
  const std::int32_t usable = std::clamp(setting.code.code, dac.min_code, dac.max_code);
  const auto place = static_cast<std::uint32_t>(kind) * kPlacesPerParameter;
  const UnitElements elements(dac.format.bits, dac.unit_sigma, silicon.key, Stream::kParameterDac,
                              {silicon.core, place, column});
  const double error = elements.error(static_cast<std::uint32_t>(usable - dac.format.minimum()));
  return dac.value_at(usable + error, setting.range);
}

}  // namespace vle::emulator
