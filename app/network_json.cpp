#include "network_json.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

namespace vle::app {
namespace {

using Json = nlohmann::ordered_json;

// Names of the schema, proto/vle/v1/network.proto, in the order of the enums of vle/network.
constexpr std::string_view kIntegrators[] = {"EXPONENTIAL", "EULER"};
constexpr std::string_view kActivationNames[] = {"LINEAR", "TANH", "SIGMOID", "SOFTPLUS", "RELU", "HARD_SIGMOID"};
constexpr std::string_view kGainMethods[] = {"STATISTICS", "LMS"};
constexpr std::string_view kBackwardRules[] = {"TRANSPOSE", "FIXED_RANDOM", "MIRROR", "NONE"};
constexpr std::string_view kLosses[] = {"MEAN_SQUARED_ERROR", "CROSS_ENTROPY"};

template <std::size_t n, class Enum>
std::string_view name_in(const std::string_view (&names)[n], Enum value) {
  return names[static_cast<std::size_t>(value)];
}

Json values(const std::vector<double>& numbers) {
  return {{"value", numbers}};
}

Json gain_of(const Population& population) {
  const GainLearning& learning = population.gain_learning;
  const Json learned{{"method", name_in(kGainMethods, learning.method)},
                     {"time_constant_seconds", learning.time_constant},
                     {"ridge", learning.ridge}};
  switch (population.gain) {
    case GainRule::kNone:
      return {{"gle", Json::object()}};
    case GainRule::kInstantaneous:
      return {{"instantaneous", Json::object()}};
    case GainRule::kFixed:
      return {{"fixed", {{"g0", values(population.g0)}, {"g1", values(population.g1)}}}};
    case GainRule::kSingle:
      return {{"single", learned}};
    case GainRule::kPair:
      return {{"pair", learned}};
  }
  return Json::object();
}

Json json_of(const Population& population) {
  Json json{{"name", population.name},
            {"size", population.size},
            {"activation", name_in(kActivationNames, population.activation)},
            {"tau_m", values(population.tau_m)}};
  if (!population.tied) json["tau_r"] = values(population.tau_r);
  json["bias"] = values(population.bias);
  json["gamma"] = population.gamma;
  json["error_gain"] = gain_of(population);
  return json;
}

Json connectivity_of(const Synapses& synapses) {
  if (synapses.is_dense()) return {{"dense", Json::object()}};
  Json pre = Json::array();
  Json post = Json::array();
  synapses.for_each([&](std::int64_t i, std::int64_t j, std::size_t) {
    post.push_back(i);
    pre.push_back(j);
  });
  return {{"sparse", {{"pre", std::move(pre)}, {"post", std::move(post)}}}};
}

Json json_of(const Projection& projection, const Network& network) {
  const auto from = static_cast<std::size_t>(projection.from.index);
  Json json{{"from", projection.from.is_input ? network.inputs[from].name : network.populations[from].name},
            {"to", network.populations[static_cast<std::size_t>(projection.to)].name},
            {"connectivity", connectivity_of(projection.synapses)},
            {"weights", values(projection.synapses.values)}};
  if (!projection.from.is_input) {
    json["backward"] = {{"rule", name_in(kBackwardRules, projection.backward)}};
    if (!projection.backward_values.empty()) json["backward"]["weights"] = values(projection.backward_values);
  }
  json["plastic"] = projection.plastic;
  return json;
}

Json json_of(const ScheduleDescription& schedule) {
  using Kind = ScheduleDescription::Kind;
  switch (schedule.kind) {
    case Kind::kConstant:
      return Json::object();
    case Kind::kCosine:
      return {{"cosine", {{"duration_seconds", schedule.duration}, {"floor", schedule.floor}}}};
    case Kind::kStep:
      return {
          {"step", {{"duration_seconds", schedule.duration}, {"factor", schedule.factor}, {"floor", schedule.floor}}}};
    case Kind::kPlateau:
      return {{"plateau",
               {{"patience", schedule.patience},
                {"factor", schedule.factor},
                {"floor", schedule.floor},
                {"min_improvement", schedule.min_improvement}}}};
  }
  return Json::object();
}

Json json_of(const OptimiserDescription& optimiser) {
  using Kind = OptimiserDescription::Kind;
  switch (optimiser.kind) {
    case Kind::kPlain:
      return {{"plain", Json::object()}};
    case Kind::kMomentum:
      return {{"momentum", {{"momentum", optimiser.momentum}}}};
    case Kind::kAdam:
      return {{"adam", {{"beta1", optimiser.beta1}, {"beta2", optimiser.beta2}, {"epsilon", optimiser.epsilon}}}};
  }
  return Json::object();
}

Json json_of(const PlasticityDescription& plasticity) {
  Json json{{"eta_weights_per_second", plasticity.eta_weights},
            {"eta_bias_per_second", plasticity.eta_bias},
            {"eta_tau", plasticity.eta_tau},
            {"lambda_per_second", plasticity.lambda},
            {"tau_min_seconds", plasticity.tau_min},
            {"tau_max_seconds", plasticity.tau_max},
            {"eta_tau_r", plasticity.eta_tau_r},
            {"clip_parameter", plasticity.clip.parameter},
            {"clip_neuron", plasticity.clip.neuron},
            {"update_every", plasticity.update_every}};
  json["optimiser"] = json_of(plasticity.optimiser);
  json["eta_schedule"] = json_of(plasticity.eta_schedule);
  json["lambda_schedule"] = json_of(plasticity.lambda_schedule);
  return json;
}

}  // namespace

Result<std::string> network_json(const Network& network) {
  Json json{{"name", network.name},
            {"dt_seconds", network.dt},
            {"integrator", name_in(kIntegrators, network.integrator)},
            {"lead_bandwidth_hertz", network.lead_bandwidth},
            {"input", Json::array()},
            {"population", Json::array()},
            {"projection", Json::array()},
            {"output", Json::array()}};
  for (const Input& input : network.inputs) {
    json["input"].push_back({{"name", input.name}, {"size", input.size}, {"low", input.low}, {"high", input.high}});
  }
  for (const Population& population : network.populations) {
    if (!population.tau_v.empty() || !population.lead_u.empty() || !population.lead_v.empty()) {
      return fail(ErrorCode::kUnsupported,
                  "population \"{}\" has error constants or lead ratios of its own, as networks recovered from a chip "
                  "have; a description cannot hold them",
                  population.name);
    }
    json["population"].push_back(json_of(population));
  }
  for (const Projection& projection : network.projections) json["projection"].push_back(json_of(projection, network));
  for (const Output& output : network.outputs) {
    json["output"].push_back({{"population", network.populations[static_cast<std::size_t>(output.population)].name},
                              {"loss", name_in(kLosses, output.loss)},
                              {"beta", output.beta}});
  }
  json["plasticity"] = json_of(network.plasticity);
  return Json{{"vle.v1.Network", std::move(json)}}.dump(1, ' ') + '\n';
}

}  // namespace vle::app
