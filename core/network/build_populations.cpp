#include <algorithm>
#include <cmath>

#include "build.hpp"
#include "resolve.hpp"

namespace vle {
namespace {

// Names become parts of file paths, column heads and keys: letters, digits and _ - . alone, no leading dot or dash.
std::string name_complaint(std::string_view name) {
  constexpr std::size_t kMaxLength = 100;
  if (name.empty()) return "has no name";
  if (name.size() > kMaxLength) return fmt::format("has a name of {} characters, above {}", name.size(), kMaxLength);
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  if (std::all_of(name.begin(), name.end(), is_allowed) && name.front() != '.' && name.front() != '-') return {};
  return "has a name with other characters than letters, digits, _ - and . (not first)";
}

class Declarations {
 public:
  Declarations(NodeTable& table, Mistakes& mistakes) : table_(table), mistakes_(mistakes) {}

  void declare(const std::string& path, const std::string& name, std::int64_t size, Source source) {
    const std::string object = fmt::format("{} \"{}\"", source.is_input ? "input" : "population", name);
    const std::string complaint = name_complaint(name);
    if (!complaint.empty()) {
      mistakes_.add(path + ".name", "{}: \"{}\" {}", path, name, complaint);
    } else if (!table_.emplace(name, NamedNode{source, is_size_valid(size) ? size : -1}).second) {
      mistakes_.add(path + ".name", "{}: the name \"{}\" is taken by another input or population", path, name);
    }
    if (!is_size_valid(size)) {
      mistakes_.add(path + ".size", "{}: size = {} must be 1 to {}", object, size, kMaxPopulationSize);
    }
  }

 private:
  NodeTable& table_;
  Mistakes& mistakes_;
};

void check_input_range(const InputDescription& input, const std::string& path, Mistakes& mistakes) {
  const auto check = [&](std::string_view field, double value) {
    if (std::isfinite(value)) return true;
    mistakes.add(fmt::format("{}.{}", path, field), "input \"{}\": {} = {} must be a finite number", input.name, field,
                 value);
    return false;
  };
  const bool has_low = check("low", input.low);
  const bool has_high = check("high", input.high);
  if (has_low && has_high && input.low >= input.high) {
    mistakes.add(path + ".low", "input \"{}\": low = {} must be below high = {}", input.name, input.low, input.high);
  }
}

// `may_be_short`: the code of a chip's register may realise a little less than the dt that was asked for.
ValueRule tau_rule(double dt, bool may_be_short) {
  return [dt, may_be_short](double tau) -> std::string {
    if (tau <= 0) return "must be above 0";
    if (may_be_short || !(tau < dt)) return {};
    return fmt::format("is below dt_seconds = {} s; raise it or lower dt_seconds", dt);
  };
}

/// Resolves the parameters of one population.
class PopulationBuilder {
 public:
  PopulationBuilder(const NetworkDescription& description, std::size_t index, bool may_draw, Mistakes& mistakes)
      : description_(description),
        given_(description.populations[index]),
        path_(fmt::format("population[{}]", index)),
        object_(fmt::format("population \"{}\"", given_.name)),
        count_(may_draw && is_size_valid(given_.size) ? given_.size : -1),
        mistakes_(mistakes) {}

  Population build() {
    Population population;
    population.name = given_.name;
    population.size = given_.size;
    population.activation = given_.activation;
    population.gamma = given_.gamma;
    const bool is_set_apart = given_.is_set_apart();
    const ValueRule rule =
        tau_rule(description_.dt, is_set_apart && description_.integrator == Integrator::kExponential);
    if (given_.tau_m.is_given()) {
      population.tau_m = parameter(given_.tau_m, "tau_m", "tau_m", " s", rule);
    } else {
      mistakes_.add(path_ + ".tau_m", "{}: tau_m, the membrane time constant in seconds, is missing", object_);
    }
    population.tied = !given_.tau_r.is_given();
    population.tau_r = population.tied ? population.tau_m : parameter(given_.tau_r, "tau_r", "tau_r", " s", rule);
    if (description_.plasticity.eta_tau > 0) check_learning_range(population.tau_m, "tau_m");
    if (description_.plasticity.eta_tau_r > 0 && !population.tied) check_learning_range(population.tau_r, "tau_r");
    population.bias = given_.bias.is_given() ? parameter(given_.bias, "bias", "bias", "", {}) : constant(0);
    if (!(given_.gamma >= 0 && (given_.gamma <= 1 || (is_set_apart && std::isfinite(given_.gamma))))) {
      mistakes_.add(path_ + ".gamma", "{}: gamma = {} must be 0 to 1", object_, given_.gamma);
    }
    add_gains(population);
    if (given_.tau_v.is_given()) population.tau_v = parameter(given_.tau_v, "tau_v", "tau_v", " s", rule);
    if (given_.lead_u.is_given()) population.lead_u = parameter(given_.lead_u, "lead_u", "lead_u", "", {});
    if (given_.lead_v.is_given()) population.lead_v = parameter(given_.lead_v, "lead_v", "lead_v", "", {});
    return population;
  }

 private:
  std::vector<double> constant(double value) const {
    return count_ < 0 ? std::vector<double>() : std::vector<double>(static_cast<std::size_t>(count_), value);
  }

  std::vector<double> parameter(const ParameterDescription& given, const std::string& field, const std::string& name,
                                const std::string& unit, ValueRule rule) {
    return resolve({given, count_, "", path_ + "." + field, object_, given_.name, name, unit, std::move(rule), {}},
                   description_.seed, mistakes_);
  }

  // Learning keeps time constants in a range; a start outside it would be moved without a word.
  void check_learning_range(const std::vector<double>& tau, const std::string& name) {
    const PlasticityDescription& plasticity = description_.plasticity;
    for (std::size_t i = 0; i < tau.size(); ++i) {
      const bool below = plasticity.tau_min > 0 && tau[i] < plasticity.tau_min;
      const bool above = plasticity.tau_max > 0 && tau[i] > plasticity.tau_max;
      if (!below && !above) continue;
      mistakes_.add(fmt::format("{}.{}", path_, name),
                    "{}: {}[{}] = {} s is {} plasticity {} = {} s, so learning could not start there", object_, name, i,
                    tau[i], below ? "below" : "above", below ? "tau_min_seconds" : "tau_max_seconds",
                    below ? plasticity.tau_min : plasticity.tau_max);
      return;
    }
  }

  void add_gains(Population& population) {
    population.gain = given_.gain;
    if (given_.gain != GainRule::kFixed && (given_.g0.is_given() || given_.g1.is_given())) {
      mistakes_.add(path_ + ".error_gain", "{}: g0 and g1 are given, but the gain rule is not fixed", object_);
    }
    switch (given_.gain) {
      case GainRule::kNone:
        population.g0 = constant(0);
        population.g1 = constant(1);
        break;
      case GainRule::kInstantaneous:
        population.g0 = constant(1);
        population.g1 = constant(0);
        break;
      case GainRule::kFixed:
        population.g0 = fixed_gain(given_.g0, "g0");
        population.g1 = fixed_gain(given_.g1, "g1");
        break;
      case GainRule::kSingle:
      case GainRule::kPair:
        add_learned_gains(population);
        break;
    }
  }

  std::vector<double> fixed_gain(const ParameterDescription& given, const std::string& name) {
    if (given.is_given()) return parameter(given, "error_gain.fixed." + name, name, "", {});
    mistakes_.add(path_ + ".error_gain.fixed", "{}: error_gain fixed needs {}", object_, name);
    return {};
  }

  void add_learned_gains(Population& population) {
    const bool is_pair = given_.gain == GainRule::kPair;
    const std::string path = path_ + (is_pair ? ".error_gain.pair" : ".error_gain.single");
    GainLearning& learning = population.gain_learning = given_.gain_learning;
    if (!std::isfinite(learning.time_constant) || learning.time_constant < 0) {
      mistakes_.add(path + ".time_constant_seconds",
                    "{}: time_constant_seconds = {} s of the error gain must be a finite number, at least 0 (0: 50 "
                    "times the largest tau_m)",
                    object_, learning.time_constant);
    }
    if (!std::isfinite(learning.ridge) || learning.ridge < 0) {
      mistakes_.add(path + ".ridge", "{}: ridge = {} of the error gain must be a finite number, at least 0", object_,
                    learning.ridge);
    }
    population.g0 = constant(is_pair ? 1 : 0);
    population.g1 = constant(0);
    if (population.tau_m.size() != population.g1.size() || population.tau_r.size() != population.g1.size()) return;
    for (std::size_t i = 0; !is_pair && i < population.g1.size(); ++i) {
      population.g1[i] = population.tau_r[i] / population.tau_m[i];
    }
    if (learning.time_constant == 0 && !population.tau_m.empty()) {
      learning.time_constant = 50 * *std::max_element(population.tau_m.begin(), population.tau_m.end());
    }
  }

  const NetworkDescription& description_;
  const PopulationDescription& given_;
  std::string path_;
  std::string object_;
  std::int64_t count_;
  Mistakes& mistakes_;
};

}  // namespace

bool is_size_valid(std::int64_t size) {
  return size >= 1 && size <= kMaxPopulationSize;
}

NodeTable declare_nodes(const NetworkDescription& description, Network& network, Mistakes& mistakes) {
  NodeTable table;
  Declarations declarations(table, mistakes);
  for (std::size_t i = 0; i < description.inputs.size(); ++i) {
    const InputDescription& input = description.inputs[i];
    const std::string path = fmt::format("input[{}]", i);
    declarations.declare(path, input.name, input.size, {true, static_cast<std::int64_t>(i)});
    check_input_range(input, path, mistakes);
    network.inputs.push_back({input.name, input.size, 0, input.low, input.high});
  }
  for (std::size_t i = 0; i < description.populations.size(); ++i) {
    const PopulationDescription& population = description.populations[i];
    declarations.declare(fmt::format("population[{}]", i), population.name, population.size,
                         {false, static_cast<std::int64_t>(i)});
  }
  if (description.populations.empty()) mistakes.add("population", "the network has no population");
  return table;
}

void build_populations(const NetworkDescription& description, bool may_draw, Network& network, Mistakes& mistakes) {
  for (std::size_t i = 0; i < description.populations.size(); ++i) {
    network.populations.push_back(PopulationBuilder(description, i, may_draw, mistakes).build());
  }
}

}  // namespace vle
