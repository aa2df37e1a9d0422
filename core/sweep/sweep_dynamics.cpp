#include <vle/sweep/sweep_dynamics.hpp>

#include <algorithm>
#include <utility>
#include <vle/dynamics/target_error.hpp>
#include <vle/result/check.hpp>

#include "crew.hpp"
#include "learning.hpp"
#include "tables.hpp"

namespace vle {
namespace {

/// One value a neuron, padded with zeros.
Floats coefficients(const std::vector<double>& values) {
  Floats result(padded_to_block(values.size()), 0.0f);
  std::ranges::transform(values, result.begin(), [](double value) { return static_cast<float>(value); });
  return result;
}

SweepPopulation make_population(const Population& population, const PopulationParameters& parameters,
                                std::size_t lanes) {
  SweepPopulation made;
  made.neurons = static_cast<std::size_t>(population.size);
  made.activation = population.activation;
  made.gamma = static_cast<float>(population.gamma);
  const Floats zeros(lanes == 1 ? padded_to_block(made.neurons) : made.neurons * lanes, 0.0f);
  for (Floats* signal : {&made.u, &made.v, &made.r, &made.phi_prime, &made.epsilon, &made.e, &made.s, &made.drive,
                         &made.lookahead, &made.error_lead, &made.backward}) {
    *signal = zeros;
  }
  made.bias = coefficients(parameters.bias);
  made.a = coefficients(parameters.a);
  made.b = coefficients(parameters.b);
  made.lead_u = coefficients(parameters.lead_u);
  made.lead_v = coefficients(parameters.lead_v);
  made.g0 = coefficients(parameters.g0);
  made.g1 = coefficients(parameters.g1);
  return made;
}

/// Weights of a projection in rows of `stride`, or in their order where it is sparse.
Floats make_weights(const Synapses& synapses, const std::vector<double>& values, std::size_t stride) {
  const auto columns = static_cast<std::size_t>(synapses.pre_size);
  const std::size_t rows = static_cast<std::size_t>(synapses.post_size);
  Floats result(synapses.is_dense() ? rows * stride : padded_to_block(values.size()), 0.0f);
  for (std::size_t k = 0; k < values.size(); ++k) {
    result[synapses.is_dense() ? k / columns * stride + k % columns : k] = static_cast<float>(values[k]);
  }
  return result;
}

SendsBack sends_back(const Projection& projection) {
  if (projection.from.is_input || projection.backward == BackwardRule::kNone) return SendsBack::kNothing;
  return projection.backward == BackwardRule::kTranspose ? SendsBack::kTransposed : SendsBack::kOwn;
}

/// Place of each input's first channel among the padded ones, and their number behind them.
std::vector<std::size_t> input_places(const Network& network, std::size_t lanes) {
  std::vector<std::size_t> places{0};
  for (const Input& input : network.inputs) {
    const auto size = static_cast<std::size_t>(input.size);
    places.push_back(places.back() + (lanes == 1 ? padded_to_block(size) : size));
  }
  return places;
}

SweepProjection make_projection(const Projection& projection, const std::vector<std::size_t>& places) {
  SweepProjection made;
  const Synapses& synapses = projection.synapses;
  made.rows = static_cast<std::size_t>(synapses.post_size);
  made.columns = static_cast<std::size_t>(synapses.pre_size);
  made.stride = spread_stride(padded_to_block(made.columns));
  made.weights = make_weights(synapses, synapses.values, made.stride);
  made.row_start = synapses.row_start;
  made.column = synapses.column;
  made.to = static_cast<std::size_t>(projection.to);
  made.from_input = projection.from.is_input;
  const auto from = static_cast<std::size_t>(projection.from.index);
  made.from = made.from_input ? places[from] : from;
  made.sends_back = sends_back(projection);
  if (made.sends_back == SendsBack::kOwn) {
    made.backward = make_weights(synapses, projection.backward_values, made.stride);
    made.mirrored = projection.backward == BackwardRule::kMirror && projection.plastic;
  }
  made.plastic = projection.plastic;
  return made;
}

SweepRates make_rates(const PlasticityDescription& plasticity, double dt, std::size_t batch) {
  const double share = dt / static_cast<double>(batch);
  return {static_cast<float>(plasticity.eta_weights * share), static_cast<float>(plasticity.eta_bias * share),
          static_cast<float>(1 - plasticity.lambda * dt)};
}

/// Makes room for the parts of a step where they pay: a single trial whose weights move as they are read.
void make_parts(std::int64_t synapses, SweepTables& tables) {
  constexpr std::int64_t kFewest = std::int64_t{1} << 17;
  constexpr std::size_t kParts = 4;
  if (tables.lanes > 1 || tables.progress.gathers || synapses < kFewest) return;
  std::size_t neurons = 0;
  for (const SweepPopulation& population : tables.populations) {
    tables.part_places.push_back(neurons);
    neurons += population.backward.size();
  }
  tables.parts.assign(kParts, Floats(neurons, 0.0f));
}

void read_floats(const Floats& from, std::size_t lanes, std::size_t batch, std::vector<double>& to) {
  for (std::size_t k = 0; k < to.size(); ++k) to[k] = from[k / batch * lanes + k % batch];
}

}  // namespace

SweepDynamics::SweepDynamics(std::shared_ptr<const Network> network, SweepOptions options)
    : network_(std::move(network)),
      tables_(std::make_unique<SweepTables>()),
      crew_(std::make_unique<Crew>(options.threads)) {
  VLE_CHECK(options.batch > 0, "a batch of {} trials", options.batch);
  const Dynamics exact(network_, {options.substeps});
  substeps_ = exact.substeps();
  const Parameters parameters = exact.initial_parameters();
  SweepTables& tables = *tables_;
  tables.batch = options.batch;
  tables.lanes = options.batch == 1 ? 1 : padded_to_block(options.batch);
  tables.pole_share = static_cast<float>(exact.lead_pole_share());
  tables.rates = make_rates(network_->plasticity, exact.integration_dt(), options.batch);
  for (std::size_t p = 0; p < network_->populations.size(); ++p) {
    tables.populations.push_back(make_population(network_->populations[p], parameters.populations[p], tables.lanes));
  }
  const std::vector<std::size_t> places = input_places(*network_, tables.lanes);
  std::size_t widest = 0;
  for (const Projection& projection : network_->projections) {
    tables.projections.push_back(make_projection(projection, places));
    widest = std::max(widest, tables.projections.back().stride);
  }
  tables.input_places = places;
  tables.inputs.assign(places.back() * tables.lanes, 0.0f);
  for (const Output& output : network_->outputs) {
    tables.outputs.push_back({static_cast<std::size_t>(output.population),
                              static_cast<std::size_t>(output.first_channel), static_cast<float>(output.beta),
                              output.loss == Loss::kCrossEntropy});
  }
  if (options.batch > 1) {
    tables.transposed.assign(options.batch * widest, 0.0f);
    tables.targets.assign(static_cast<std::size_t>(network_->target_channels()) * tables.lanes, 0.0f);
  }
  make_memory(*network_, exact.integration_dt(), tables);
  make_parts(network_->synapse_count(), tables);
}

namespace {

Result<> refuse(std::string_view what) {
  return fail(ErrorCode::kUnsupported, "single precision does not learn with {}; learn in double precision", what);
}

}  // namespace

Result<> SweepDynamics::check_learning(const Network& network) {
  const PlasticityDescription& plasticity = network.plasticity;
  if (plasticity.eta_tau != 0 || plasticity.eta_tau_r != 0) return refuse("learned time constants");
  if (plasticity.clip.parameter != 0 || plasticity.clip.neuron != 0) return refuse("a clip");
  if (plasticity.eligibility == Eligibility::kTrace) return refuse("eligibility traces");
  return {};
}

SweepDynamics::SweepDynamics(const SweepDynamics& other)
    : network_(other.network_),
      substeps_(other.substeps_),
      tables_(std::make_unique<SweepTables>(*other.tables_)),
      crew_(std::make_unique<Crew>(other.crew_->size())) {}
SweepDynamics::SweepDynamics(SweepDynamics&&) noexcept = default;
SweepDynamics::~SweepDynamics() = default;
SweepDynamics& SweepDynamics::operator=(SweepDynamics other) noexcept {
  std::swap(network_, other.network_);
  std::swap(substeps_, other.substeps_);
  std::swap(tables_, other.tables_);
  std::swap(crew_, other.crew_);
  return *this;
}

void SweepDynamics::step(SignalView inputs, SignalView targets) {
  take_step(inputs, targets, false);
}

void SweepDynamics::learn(SignalView inputs, SignalView targets) {
  take_step(inputs, targets, true);
}

namespace {

void read_inputs(const Network& network, SignalView signals, SweepTables& tables) {
  for (std::size_t n = 0; n < network.inputs.size(); ++n) {
    const Input& input = network.inputs[n];
    for (std::size_t channel = 0; channel < static_cast<std::size_t>(input.size); ++channel) {
      float* lane = tables.inputs.data() + (tables.input_places[n] + channel) * tables.lanes;
      const double* value =
          signals.first ? signals.first + static_cast<std::size_t>(input.first_channel) + channel : nullptr;
      for (std::size_t trial = 0; trial < tables.batch; ++trial) {
        lane[trial] = value ? static_cast<float>(value[trial * signals.stride]) : 0.0f;
      }
    }
  }
}

/// Lets the targets judge the rates of the step before.
void nudge(const Network& network, SignalView targets, SweepTables& tables) {
  if (tables.batch > 1) {
    const std::size_t channels = tables.targets.size() / tables.lanes;
    for (std::size_t trial = 0; trial < tables.batch; ++trial) {
      const double* own = targets.first + trial * targets.stride;
      for (std::size_t c = 0; c < channels; ++c) tables.targets[c * tables.lanes + trial] = static_cast<float>(own[c]);
    }
    return nudge_sweep(tables);
  }
  tables.loss = 0;
  for (const Output& output : network.outputs) {
    SweepPopulation& population = tables.populations[static_cast<std::size_t>(output.population)];
    const std::span<float> r(population.r.data(), population.neurons);  // without what only pads
    tables.loss += output_loss(output, targets, 0, 1, r);
    add_target_error(output, targets, 0, 1, r, {population.backward.data(), r.size()});
  }
}

}  // namespace

// Schedule of one integration step (SCIENCE.md 5), synchronous over all populations. It differs from that of Dynamics
// in its order, not in what it computes: the errors come first, as they need no sum of this step.
//   1. epsilon, v, e           from the errors sent back in the step before and the target of this step
//   2. s = W r + b             r of the step before, the external input of this step; in the same sweep over the
//      backward = B e          weights, for the next step, and
//      W += eta e r            with e of this step and r of the step before; or e r is gathered
//   3. u, lookahead, r, phi'   from s and gamma e
//   4. gains, and W, B, b      by what was gathered
void SweepDynamics::take_step(SignalView inputs, SignalView targets, bool learn) {
  SweepTables& tables = *tables_;
  read_inputs(*network_, inputs, tables);
  for (std::int64_t substep = 0; substep < substeps_; ++substep) {
    if (targets.first) nudge(*network_, targets, tables);
    advance_sweep(tables, learn, *crew_);
    if (learn && tables.progress.gathers) {
      finish_learning(*network_, network_->dt / static_cast<double>(substeps_), tables);
    }
  }
}

void SweepDynamics::rest() {
  for (SweepPopulation& population : tables_->populations) {
    for (Floats* signal : {&population.u, &population.v, &population.r, &population.phi_prime, &population.epsilon,
                           &population.e, &population.s, &population.drive, &population.lookahead,
                           &population.error_lead, &population.backward, &population.gains.low_pass}) {
      std::fill(signal->begin(), signal->end(), 0.0f);
    }
  }
}

void SweepDynamics::report_loss(double loss) {
  const PlasticityDescription& plasticity = network_->plasticity;
  vle::report_loss(plasticity.eta_schedule, loss, tables_->progress.eta_schedule);
  vle::report_loss(plasticity.lambda_schedule, loss, tables_->progress.lambda_schedule);
}

double SweepDynamics::last_loss() const {
  return tables_->loss;
}

std::size_t SweepDynamics::batch() const {
  return tables_->batch;
}

void SweepDynamics::read(State& state) const {
  VLE_CHECK(state.batch == tables_->batch && state.populations.size() == tables_->populations.size(),
            "a state of {} trials for a batch of {}", state.batch, tables_->batch);
  for (std::size_t p = 0; p < state.populations.size(); ++p) {
    const SweepPopulation& from = tables_->populations[p];
    PopulationState& to = state.populations[p];
    const auto read_signal = [&](const Floats& signal, std::vector<double>& result) {
      read_floats(signal, tables_->lanes, tables_->batch, result);
    };
    read_signal(from.u, to.u);
    read_signal(from.v, to.v);
    read_signal(from.r, to.r);
    read_signal(from.phi_prime, to.phi_prime);
    read_signal(from.epsilon, to.epsilon);
    read_signal(from.e, to.e);
    read_signal(from.s, to.s);
    read_signal(from.drive, to.drive);
    read_signal(from.lookahead, to.lookahead);
    read_signal(from.error_lead, to.error_lead);
    read_signal(from.backward, to.backward);
  }
}

void SweepDynamics::read(Parameters& parameters) const {
  for (std::size_t p = 0; p < parameters.populations.size(); ++p) {
    read_floats(tables_->populations[p].bias, 1, 1, parameters.populations[p].bias);
    read_floats(tables_->populations[p].g0, 1, 1, parameters.populations[p].g0);
    read_floats(tables_->populations[p].g1, 1, 1, parameters.populations[p].g1);
  }
  for (std::size_t q = 0; q < parameters.projections.size(); ++q) {
    const SweepProjection& from = tables_->projections[q];
    const auto read_weights = [&from](const Floats& weights, std::vector<double>& to) {
      const std::size_t stride = from.is_dense() ? from.stride : 1;
      read_floats(weights, stride, from.is_dense() ? from.columns : 1, to);
    };
    read_weights(from.weights, parameters.projections[q].weights);
    if (from.sends_back == SendsBack::kOwn) read_weights(from.backward, parameters.projections[q].backward);
  }
}

}  // namespace vle
