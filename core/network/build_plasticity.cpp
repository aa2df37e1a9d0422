#include <cmath>
#include <string>
#include <string_view>

#include "build.hpp"

namespace vle {
namespace {

/// Checks the fields of `plasticity`; each message says which, its value and its range.
class PlasticityCheck {
 public:
  explicit PlasticityCheck(Mistakes& mistakes) : mistakes_(mistakes) {}

  bool at_least_zero(std::string_view field, double value, std::string_view unit) {
    return require(std::isfinite(value) && value >= 0, field, value, unit, "must be a finite number, at least 0");
  }
  bool above_zero(std::string_view field, double value, std::string_view unit) {
    return require(std::isfinite(value) && value > 0, field, value, unit, "must be a finite number above 0");
  }
  bool share(std::string_view field, double value) {
    return require(value >= 0 && value <= 1, field, value, "", "must be 0 to 1");
  }
  bool share_below_one(std::string_view field, double value) {
    return require(value >= 0 && value < 1, field, value, "", "must be at least 0 and below 1");
  }
  bool at_least_one(std::string_view field, std::int64_t value) {
    return require(value >= 1, field, value, "", "must be at least 1");
  }

 private:
  template <class T>
  bool require(bool is_good, std::string_view field, T value, std::string_view unit, std::string_view rule) {
    if (is_good) return true;
    mistakes_.add(fmt::format("plasticity.{}", field), "plasticity: {} = {}{} {}", field, value, unit, rule);
    return false;
  }

  Mistakes& mistakes_;
};

void check_optimiser(const OptimiserDescription& given, PlasticityCheck& check) {
  if (given.kind == OptimiserDescription::Kind::kMomentum) {
    check.share_below_one("optimiser.momentum.momentum", given.momentum);
  }
  if (given.kind != OptimiserDescription::Kind::kAdam) return;
  check.share_below_one("optimiser.adam.beta1", given.beta1);
  check.share_below_one("optimiser.adam.beta2", given.beta2);
  check.above_zero("optimiser.adam.epsilon", given.epsilon, "");
}

void check_schedule(const ScheduleDescription& given, const std::string& field, PlasticityCheck& check) {
  using Kind = ScheduleDescription::Kind;
  const auto named = [&](std::string_view kind, std::string_view name) {
    return fmt::format("{}.{}.{}", field, kind, name);
  };
  switch (given.kind) {
    case Kind::kConstant:
      return;
    case Kind::kCosine:
      check.above_zero(named("cosine", "duration_seconds"), given.duration, " s");
      check.share(named("cosine", "floor"), given.floor);
      return;
    case Kind::kStep:
      check.above_zero(named("step", "duration_seconds"), given.duration, " s");
      check.share_below_one(named("step", "factor"), given.factor);
      check.share(named("step", "floor"), given.floor);
      return;
    case Kind::kPlateau:
      check.share_below_one(named("plateau", "factor"), given.factor);
      check.share(named("plateau", "floor"), given.floor);
      check.share(named("plateau", "min_improvement"), given.min_improvement);
      check.at_least_one(named("plateau", "patience"), given.patience);
      return;
  }
}

void check_tau_range(const NetworkDescription& description, PlasticityCheck& check, Mistakes& mistakes) {
  const PlasticityDescription& given = description.plasticity;
  const bool has_min = check.at_least_zero("tau_min_seconds", given.tau_min, " s");
  const bool has_max = check.at_least_zero("tau_max_seconds", given.tau_max, " s");
  if (!has_min || !has_max || !std::isfinite(description.dt) || description.dt <= 0) return;
  if (given.tau_min > 0 && given.tau_min < description.dt) {
    mistakes.add("plasticity.tau_min_seconds", "plasticity: tau_min_seconds = {} s is below dt_seconds = {} s",
                 given.tau_min, description.dt);
  }
  const double low = given.tau_min > 0 ? given.tau_min : description.dt;
  if (given.tau_max > 0 && given.tau_max < low) {
    mistakes.add("plasticity.tau_max_seconds", "plasticity: tau_max_seconds = {} s is below {} = {} s", given.tau_max,
                 given.tau_min > 0 ? "tau_min_seconds" : "dt_seconds", low);
  }
}

}  // namespace

void check_plasticity(const NetworkDescription& description, Mistakes& mistakes) {
  const PlasticityDescription& given = description.plasticity;
  PlasticityCheck check(mistakes);
  check.at_least_zero("eta_weights_per_second", given.eta_weights, " /s");
  check.at_least_zero("eta_bias_per_second", given.eta_bias, " /s");
  check.at_least_zero("eta_tau", given.eta_tau, "");
  check.at_least_zero("lambda_per_second", given.lambda, " /s");
  check_tau_range(description, check, mistakes);
  check.at_least_zero("eta_tau_r", given.eta_tau_r, "");
  check_optimiser(given.optimiser, check);
  check.at_least_zero("clip_parameter", given.clip.parameter, "");
  check.at_least_zero("clip_neuron", given.clip.neuron, "");
  check_schedule(given.eta_schedule, "eta_schedule", check);
  check_schedule(given.lambda_schedule, "lambda_schedule", check);
  check.at_least_one("update_every", given.update_every);
}

}  // namespace vle
