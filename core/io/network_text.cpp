#include <algorithm>
#include <filesystem>
#include <vle/io/files.hpp>

#include "file_bytes.hpp"
#include "network_enums.hpp"
#include "network_learning.hpp"
#include "parameter_text.hpp"
#include "source_text.hpp"

namespace vle {
namespace io {
namespace {

/// Turns a parsed description into plain data. Mistakes are what cannot be said in plain data; build_network() finds
/// the others.
class NetworkReader {
 public:
  NetworkReader(const v1::Network& given, std::string folder) : given_(given), parameters_(std::move(folder)) {}

  NetworkDescription read() {
    NetworkDescription network;
    network.name = given_.name();
    if (network.name.empty()) mistakes_.push_back({"name", "the network needs a name: results carry it"});
    network.dt = given_.dt_seconds();
    network.integrator = require(to_integrator(given_.integrator()), "integrator", "the network", "integrator");
    network.lead_bandwidth = given_.lead_bandwidth_hertz();
    network.seed = given_.seed();
    for (const v1::Input& input : given_.input()) network.inputs.push_back(read_input(input));
    for (int i = 0; i < given_.population_size(); ++i) network.populations.push_back(read_population(i));
    for (int i = 0; i < given_.projection_size(); ++i) network.projections.push_back(read_projection(i));
    for (int i = 0; i < given_.output_size(); ++i) network.outputs.push_back(read_output(i));
    network.plasticity = read_plasticity(given_.plasticity());
    require(to_eligibility(given_.plasticity().eligibility()), "plasticity.eligibility", "plasticity",
            "eligibility (RATE, TRACE)");
    return network;
  }

  /// The mistakes of read() and those of build_network() that do not merely follow from them.
  Diagnostics join(const Diagnostics& built) const {
    Diagnostics all = parameters_.mistakes();
    all.insert(all.end(), mistakes_.begin(), mistakes_.end());
    std::copy_if(built.begin(), built.end(), std::back_inserter(all),
                 [this](const Diagnostic& mistake) { return parameters_.is_sound(mistake.path); });
    return all;
  }

 private:
  template <class T>
  T require(const std::optional<T>& value, std::string path, std::string_view object, std::string_view field) {
    if (value) return *value;
    mistakes_.push_back(
        {std::move(path), fmt::format("{}: {} is missing or not one of the known values", object, field)});
    return T{};
  }

  static InputDescription read_input(const v1::Input& given) {
    InputDescription input{given.name(), given.size()};
    if (given.has_low()) input.low = given.low();
    if (given.has_high()) input.high = given.high();
    return input;
  }

  PopulationDescription read_population(int index) {
    const v1::Population& given = given_.population(index);
    const std::string path = fmt::format("population[{}]", index);
    const std::string object = fmt::format("population \"{}\"", given.name());
    PopulationDescription population;
    population.name = given.name();
    population.size = given.size();
    population.activation = require(to_activation(given.activation()), path + ".activation", object,
                                    "activation (LINEAR, TANH, SIGMOID, SOFTPLUS, RELU, HARD_SIGMOID)");
    const auto read = [&](bool is_given, const v1::Parameter& parameter, const std::string& field, const char* name) {
      if (!is_given) return ParameterDescription{};
      return parameters_.read(parameter, {path + "." + field, object, name, false, std::nullopt});
    };
    population.tau_m = read(given.has_tau_m(), given.tau_m(), "tau_m", "tau_m");
    population.tau_r = read(given.has_tau_r(), given.tau_r(), "tau_r", "tau_r");
    population.bias = read(given.has_bias(), given.bias(), "bias", "bias");
    population.tau_v = read(given.has_tau_v(), given.tau_v(), "tau_v", "tau_v");
    population.lead_u = read(given.has_lead_u(), given.lead_u(), "lead_u", "lead_u");
    population.lead_v = read(given.has_lead_v(), given.lead_v(), "lead_v", "lead_v");
    population.gamma = given.gamma();
    const v1::ErrorGain& gain = given.error_gain();
    if (gain.has_instantaneous()) population.gain = GainRule::kInstantaneous;
    if (gain.has_fixed()) {
      population.gain = GainRule::kFixed;
      population.g0 = read(gain.fixed().has_g0(), gain.fixed().g0(), "error_gain.fixed.g0", "g0");
      population.g1 = read(gain.fixed().has_g1(), gain.fixed().g1(), "error_gain.fixed.g1", "g1");
    }
    if (gain.has_single() || gain.has_pair()) {
      const std::string field = path + (gain.has_pair() ? ".error_gain.pair" : ".error_gain.single");
      const v1::LearnedGains& learned = gain.has_pair() ? gain.pair() : gain.single();
      population.gain = gain.has_pair() ? GainRule::kPair : GainRule::kSingle;
      population.gain_learning = read_gain_learning(learned);
      require(to_gain_method(learned.method()), field + ".method", object, "method (STATISTICS, LMS)");
    }
    return population;
  }

  ConnectivityDescription read_connectivity(const v1::Connectivity& given) const {
    ConnectivityDescription connectivity;
    if (given.has_one_to_one()) connectivity.kind = ConnectivityDescription::Kind::kOneToOne;
    if (!given.has_sparse()) return connectivity;
    const v1::Sparse& sparse = given.sparse();
    connectivity.kind = ConnectivityDescription::Kind::kSparse;
    connectivity.pre.assign(sparse.pre().begin(), sparse.pre().end());
    connectivity.post.assign(sparse.post().begin(), sparse.post().end());
    if (sparse.has_probability()) connectivity.probability = sparse.probability();
    if (sparse.has_seed()) connectivity.seed = sparse.seed();
    return connectivity;
  }

  /// Number of channels or neurons; empty where no such name is declared.
  std::optional<std::int64_t> size_of(const std::string& name) const {
    for (const v1::Population& population : given_.population()) {
      if (population.name() == name) return population.size();
    }
    for (const v1::Input& input : given_.input()) {
      if (input.name() == name) return input.size();
    }
    return std::nullopt;
  }

  ProjectionDescription read_projection(int index) {
    const v1::Projection& given = given_.projection(index);
    const std::string path = fmt::format("projection[{}]", index);
    const std::string object = fmt::format("projection \"{}->{}\"", given.from(), given.to());
    ProjectionDescription projection;
    projection.from = given.from();
    projection.to = given.to();
    projection.connectivity = read_connectivity(given.connectivity());
    ParameterPlace place{path + ".weights", object, "weights", false, std::nullopt};
    place.is_matrix = projection.connectivity.kind == ConnectivityDescription::Kind::kDense;
    const std::optional<std::int64_t> post = size_of(given.to());
    const std::optional<std::int64_t> pre = size_of(given.from());
    if (place.is_matrix && post && pre) place.matrix_shape = {*post, *pre};
    if (given.has_weights()) projection.weights = parameters_.read(given.weights(), place);
    projection.backward =
        require(to_backward_rule(given.backward().rule()), path + ".backward.rule", object, "backward rule");
    if (given.backward().has_weights()) {
      place.path = path + ".backward.weights";
      place.name = "backward weights";
      projection.backward_weights = parameters_.read(given.backward().weights(), place);
    }
    if (given.has_plastic()) projection.plastic = given.plastic();
    return projection;
  }

  OutputDescription read_output(int index) {
    const v1::Output& given = given_.output(index);
    const std::string path = fmt::format("output[{}].loss", index);
    OutputDescription output{given.population()};
    output.loss = require(to_loss(given.loss()), path, fmt::format("output \"{}\"", given.population()), "loss");
    if (given.has_beta()) output.beta = given.beta();
    return output;
  }

  const v1::Network& given_;
  ParameterReader parameters_;
  Diagnostics mistakes_;
};

}  // namespace
}  // namespace io

Result<Network> parse_network(std::string_view text, const std::string& name) {
  io::SourceText source;
  v1::Network given;
  if (Result<> parsed = source.parse(text, name, given); !parsed) return tl::unexpected(parsed.error());
  io::NetworkReader reader(given, std::filesystem::path(name).parent_path().string());
  tl::expected<Network, Diagnostics> network = build_network(reader.read());
  const Diagnostics mistakes =
      io::join_values(io::check_values(given), reader.join(network ? Diagnostics{} : network.error()));
  if (!mistakes.empty()) return source.error_of(mistakes);
  return std::move(*network);
}

Result<Network> read_network(const std::string& path) {
  Result<std::string> text = io::read_bytes(path, kMaxTextBytes);
  if (!text) return tl::unexpected(text.error());
  return parse_network(*text, path);
}

}  // namespace vle
