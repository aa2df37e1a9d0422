#pragma once

#include <cstdint>
#include <vector>
#include <vle/units/code_format.hpp>

namespace vle {

/// The digital-to-analog converter behind one parameter kind: code and range switch to value, by formula or by table.
struct Dac {
  enum class Kind {
    kLinear,      ///< (scale * code + offset) * range factor
    kReciprocal,  ///< scale / (code + offset) * range factor: a time constant C/(k (code + c0))
    kTable,       ///< table[code] * range factor; need not be monotonic
  };
  Kind kind = Kind::kLinear;
  CodeFormat format;
  int min_code = 0;  ///< usable codes, a part of the format
  int max_code = 0;
  double scale = 1;
  double offset = 0;
  std::vector<double> range_factors{1.0};  ///< positions of the range switch
  std::vector<double> table;               ///< kTable: value of code 0, 1, ...
  double unit_sigma = 0;  ///< relative standard deviation of one of the equal elements that the code switches

  /// Bits of the range switch in a register: it stands above the code.
  int range_bits() const;
  int register_bits() const { return format.bits + range_bits(); }
  double value(Lsb code, int range) const { return value_at(code.code, range); }
  /// The value of a code that errors of the elements have moved; between codes for the two formulas alone.
  double value_at(double code, int range) const;
  /// Least and largest value over all usable codes and ranges.
  double min_value() const;
  double max_value() const;
};

/// A code with its range switch and what it realises.
struct DacSetting {
  Lsb code;
  int range = 0;
  double value = 0;
  bool clipped = false;  ///< the wanted value lies outside what the converter reaches
};

/// The setting whose value is nearest to `value`, over all ranges; of equals the first range and the lower code.
DacSetting nearest_setting(const Dac& dac, double value);

/// The setting with the least value that is not below `value`; clipped to the largest where there is none.
DacSetting setting_at_least(const Dac& dac, double value);

/// Register word of a setting, and back. A word beyond the usable codes acts as the nearest usable one and says so
/// (`clipped`).
std::uint16_t to_word(const Dac& dac, Lsb code, int range);
DacSetting from_word(const Dac& dac, std::uint16_t word);

}  // namespace vle
