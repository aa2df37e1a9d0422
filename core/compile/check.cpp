#include "passes.hpp"

namespace vle {
namespace {

Result<> check_shapes(const Network& network, const Target& target) {
  for (const Population& population : network.populations) {
    if (target.find_shape(population.activation) != nullptr) continue;
    std::string known;
    for (const PhiShape& shape : target.shapes) known += fmt::format(" {}", name_of(shape.activation));
    return fail(ErrorCode::kDoesNotFit, "population \"{}\": {} has no {} circuit; it has{}", population.name,
                target.name, name_of(population.activation), known);
  }
  for (const Output& output : network.outputs) {
    if (output.loss != Loss::kCrossEntropy) continue;
    return fail(ErrorCode::kDoesNotFit,
                "output \"{}\": {} forms the target error r* - r inside the neuron and has no digital softmax; use "
                "MEAN_SQUARED_ERROR on this target",
                network.populations[static_cast<std::size_t>(output.population)].name, target.name);
  }
  return {};
}

Result<> check_sends(const Network& network, const Target& target, const Sources& sources, std::int64_t rows) {
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const Population& population = network.populations[p];
    for (std::int64_t i = 0; i < population.size; ++i) {
      std::int64_t fan_in = 0;
      for (const std::size_t k : sources.incoming(static_cast<std::int64_t>(p))) {
        fan_in += network.projections[k].synapses.fan_in(i);
      }
      std::int64_t fan_out = 0;
      for (const std::size_t k : sources.returning(static_cast<std::int64_t>(p))) {
        const Synapses& synapses = network.projections[k].synapses;
        if (synapses.is_dense()) {
          fan_out += synapses.post_size;
        } else {
          const auto receivers = sources.receivers(k, i);
          fan_out += receivers.end() - receivers.begin();
        }
      }
      if (fan_in <= rows && fan_out <= rows) continue;
      return fail(
          ErrorCode::kDoesNotFit,
          "population \"{}\": neuron {} {} {} neurons, but a core of {} has {} signed rows for {} ({} rows, {} a "
          "signal); use fewer synapses or a target with more rows",
          population.name, i, fan_in > rows ? "receives from" : "gets errors from", std::max(fan_in, fan_out),
          target.name, rows, fan_in > rows ? "rates" : "errors", target.rows, target.rows_per_source());
    }
  }
  return {};
}

}  // namespace

Result<> check_fit(const Network& network, const Target& target, const Sources& sources) {
  if (Result<> shapes = check_shapes(network, target); !shapes) return shapes;
  if (target.input_channels > 0 && network.input_channels() > target.input_channels) {
    return fail(ErrorCode::kDoesNotFit, "the network has {} input channels, but a core of {} has {} input DACs",
                network.input_channels(), target.name, target.input_channels);
  }
  if (target.is_elastic()) return {};
  return check_sends(network, target, sources, target.rows / target.rows_per_source());
}

}  // namespace vle
