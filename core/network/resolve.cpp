#include "resolve.hpp"

#include <cmath>

#include "draw.hpp"

namespace vle {
namespace {

/// How a distribution is written in a description: names of its field and of its two numbers, and what they must be.
struct DistributionForm {
  std::string_view name;
  std::string_view first;
  std::string_view second;  ///< empty: it has one number
  bool first_is_above_0 = false;
  bool second_is_spread = false;  ///< at least 0, where it is not the upper end
};

DistributionForm form_of(Distribution::Kind kind) {
  switch (kind) {
    case Distribution::Kind::kUniform:
      return {"uniform", "low", "high", false, false};
    case Distribution::Kind::kLogUniform:
      return {"log_uniform", "low", "high", true, false};
    case Distribution::Kind::kNormal:
      return {"normal", "mean", "standard_deviation", false, true};
    case Distribution::Kind::kLogNormal:
      return {"log_normal", "median", "sigma", true, true};
    case Distribution::Kind::kFanInNormal:
      return {"fan_in_normal", "gain", "", false, false};
  }
  return {};
}

bool check_distribution(const ParameterField& field, const Distribution& drawn, Mistakes& mistakes) {
  const DistributionForm form = form_of(drawn.kind);
  const std::string path = fmt::format("{}.{}", field.path, form.name);
  const std::string what = fmt::format("{}: {} {}", field.object, field.name, form.name);
  const bool has_second = !form.second.empty();
  if (drawn.kind == Distribution::Kind::kFanInNormal && !field.fan_in) {
    mistakes.add(path, "{}: only weights have a fan-in; take normal instead", what);
    return false;
  }
  const auto complain = [&](std::string_view number, double value, std::string_view limit) {
    mistakes.add(fmt::format("{}.{}", path, number), "{}: {} = {}{} must be {}", what, number, value, field.unit,
                 limit);
    return false;
  };
  if (!std::isfinite(drawn.first)) return complain(form.first, drawn.first, "a finite number");
  if (has_second && !std::isfinite(drawn.second)) return complain(form.second, drawn.second, "a finite number");
  if (form.first_is_above_0 && drawn.first <= 0) return complain(form.first, drawn.first, "above 0");
  if (!has_second) return drawn.first >= 0 || complain(form.first, drawn.first, "at least 0");
  if (form.second_is_spread) return drawn.second >= 0 || complain(form.second, drawn.second, "at least 0");
  if (drawn.second < drawn.first)
    return complain(form.second, drawn.second, fmt::format("at least low = {}", drawn.first));
  return std::isfinite(drawn.second - drawn.first) || complain(form.second, drawn.second, "nearer to low");
}

std::string complaint(const ParameterField& field, double value) {
  if (!std::isfinite(value)) return "must be a finite number";
  return field.rule ? field.rule(value) : std::string();
}

bool check_values(const ParameterField& field, Mistakes& mistakes) {
  const std::vector<double>& values = field.given.values;
  const auto count = static_cast<std::int64_t>(values.size());
  int bad = 0;
  if (field.count >= 0 && count != 1 && count != field.count) {
    const std::string shape = field.shape.empty() ? std::string() : fmt::format(" ({})", field.shape);
    mistakes.add(field.path, "{}: {} has {} values, needs 1 or {}{}", field.object, field.name, count, field.count,
                 shape);
    ++bad;
  }
  for (std::int64_t i = 0; i < count && bad < kMaxValueMistakes; ++i) {
    const double value = values[static_cast<std::size_t>(i)];
    const std::string text = complaint(field, value);
    if (text.empty()) continue;
    const std::string index = count == 1 ? std::string() : fmt::format("[{}]", i);
    mistakes.add(fmt::format("{}.value[{}]", field.path, i), "{}: {}{} = {}{} {}", field.object, field.name, index,
                 value, field.unit, text);
    ++bad;
  }
  return bad == 0;
}

std::vector<double> draw_values(const ParameterField& field, const Distribution& drawn, std::uint64_t network_seed,
                                Mistakes& mistakes) {
  const std::uint64_t seed = drawn.seed.value_or(derive_seed(network_seed, field.object_name, field.name));
  std::vector<double> values(static_cast<std::size_t>(field.count));
  int bad = 0;
  for (std::int64_t i = 0; i < field.count && bad < kMaxValueMistakes; ++i) {
    const double value = draw_parameter(drawn, seed, i, field.fan_in ? field.fan_in(i) : 0);
    values[static_cast<std::size_t>(i)] = value;
    const std::string text = complaint(field, value);
    if (text.empty()) continue;
    mistakes.add(field.path, "{}: {}[{}], drawn from {}({}, {}), = {}{} {}", field.object, field.name, i,
                 form_of(drawn.kind).name, drawn.first, drawn.second, value, field.unit, text);
    ++bad;
  }
  if (bad > 0) values.clear();
  return values;
}

}  // namespace

std::vector<double> resolve(const ParameterField& field, std::uint64_t network_seed, Mistakes& mistakes) {
  const ParameterDescription& given = field.given;
  if (given.distribution && !given.values.empty()) {
    mistakes.add(field.path, "{}: {} has both values and a distribution; give one of them", field.object, field.name);
    return {};
  }
  if (given.distribution) {
    if (!check_distribution(field, *given.distribution, mistakes) || field.count < 0) return {};
    return draw_values(field, *given.distribution, network_seed, mistakes);
  }
  if (!check_values(field, mistakes) || field.count < 0) return {};
  if (given.values.size() == 1) return std::vector<double>(static_cast<std::size_t>(field.count), given.values[0]);
  return given.values;
}

}  // namespace vle
