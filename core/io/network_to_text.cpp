#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>

#include <vle/io/files.hpp>
#include <vle/result/check.hpp>

#include "declared_type.hpp"
#include "file_bytes.hpp"
#include "network_enums.hpp"
#include "network_learning.hpp"

namespace vle {
namespace io {
namespace {

void write_values(const std::vector<double>& values, v1::Parameter& out) {
  out.mutable_value()->Assign(values.begin(), values.end());
}

void write_gain(const Population& population, v1::ErrorGain& out) {
  switch (population.gain) {
    case GainRule::kNone:
      out.mutable_gle();
      break;
    case GainRule::kInstantaneous:
      out.mutable_instantaneous();
      break;
    case GainRule::kFixed:
      write_values(population.g0, *out.mutable_fixed()->mutable_g0());
      write_values(population.g1, *out.mutable_fixed()->mutable_g1());
      break;
    case GainRule::kSingle:
      write_gain_learning(population.gain_learning, *out.mutable_single());
      break;
    case GainRule::kPair:
      write_gain_learning(population.gain_learning, *out.mutable_pair());
      break;
  }
}

void write_population(const Population& population, v1::Population& out) {
  out.set_name(population.name);
  out.set_size(static_cast<std::uint32_t>(population.size));
  out.set_activation(to_proto(population.activation));
  write_values(population.tau_m, *out.mutable_tau_m());
  if (!population.tied) write_values(population.tau_r, *out.mutable_tau_r());
  write_values(population.bias, *out.mutable_bias());
  out.set_gamma(population.gamma);
  write_gain(population, *out.mutable_error_gain());
  if (!population.tau_v.empty()) write_values(population.tau_v, *out.mutable_tau_v());
  if (!population.lead_u.empty()) write_values(population.lead_u, *out.mutable_lead_u());
  if (!population.lead_v.empty()) write_values(population.lead_v, *out.mutable_lead_v());
}

void write_projection(const Projection& projection, const Network& network, v1::Projection& out) {
  const auto from = static_cast<std::size_t>(projection.from.index);
  out.set_from(projection.from.is_input ? network.inputs[from].name : network.populations[from].name);
  out.set_to(network.populations[static_cast<std::size_t>(projection.to)].name);
  if (projection.synapses.is_dense()) {
    out.mutable_connectivity()->mutable_dense();
  } else {
    v1::Sparse& sparse = *out.mutable_connectivity()->mutable_sparse();
    projection.synapses.for_each([&](std::int64_t post, std::int64_t pre, std::size_t) {
      sparse.add_post(static_cast<std::uint32_t>(post));
      sparse.add_pre(static_cast<std::uint32_t>(pre));
    });
  }
  write_values(projection.synapses.values, *out.mutable_weights());
  if (!projection.from.is_input) {
    out.mutable_backward()->set_rule(to_proto(projection.backward));
    if (!projection.backward_values.empty()) {
      write_values(projection.backward_values, *out.mutable_backward()->mutable_weights());
    }
  }
  out.set_plastic(projection.plastic);
}

v1::Network message_of(const Network& network) {
  v1::Network out;
  out.set_name(network.name);
  out.set_dt_seconds(network.dt);
  out.set_integrator(to_proto(network.integrator));
  out.set_lead_bandwidth_hertz(network.lead_bandwidth);
  for (const Input& input : network.inputs) {
    v1::Input& written = *out.add_input();
    written.set_name(input.name);
    written.set_size(static_cast<std::uint32_t>(input.size));
    written.set_low(input.low);
    written.set_high(input.high);
  }
  for (const Population& population : network.populations) write_population(population, *out.add_population());
  for (const Projection& projection : network.projections) {
    write_projection(projection, network, *out.add_projection());
  }
  for (const Output& output : network.outputs) {
    v1::Output& written = *out.add_output();
    written.set_population(network.populations[static_cast<std::size_t>(output.population)].name);
    written.set_loss(to_proto(output.loss));
    written.set_beta(output.beta);
  }
  write_plasticity(network.plasticity, *out.mutable_plasticity());
  return out;
}

std::string json_of(const v1::Network& network) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(network, &json, options);
  VLE_CHECK(status.ok(), "a network of finite numbers is JSON: {}", status.ToString());
  return fmt::format("{{\"{}\": {}}}\n", v1::Network::descriptor()->full_name(), json);
}

std::string text_of(const v1::Network& network) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseShortRepeatedPrimitives(true);
  std::string text;
  VLE_CHECK(printer.PrintToString(network, &text), "a network can be printed");
  return fmt::format("{} {}\n{}", kTextHeader, v1::Network::descriptor()->full_name(), text);
}

}  // namespace
}  // namespace io

Result<std::string> network_text(const Network& network, const std::string& name) {
  const std::string extension = io::extension_of(name);
  if (extension == ".json") return io::json_of(io::message_of(network));
  if (extension == ".textproto") return io::text_of(io::message_of(network));
  return fail(ErrorCode::kInvalidInput, "{}: unknown extension \"{}\"; descriptions are .textproto or .json", name,
              extension);
}

Result<> write_network(const std::string& path, const Network& network) {
  const Result<std::string> text = network_text(network, path);
  if (!text) return tl::unexpected(text.error());
  return write_file(path, *text);
}

}  // namespace vle
