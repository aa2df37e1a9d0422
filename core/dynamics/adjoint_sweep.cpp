#include "adjoint_sweep.hpp"

#include <algorithm>
#include <cmath>
#include <vle/dynamics/target_error.hpp>

#include "projection_sums.hpp"

namespace vle {
namespace {

// Four sums side by side hide the latency of the additions.
double product_over_trials(const double* post, const double* pre, std::size_t batch) {
  double sums[4] = {0, 0, 0, 0};
  std::size_t trial = 0;
  for (; trial + 4 <= batch; trial += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += post[trial + lane] * pre[trial + lane];
  }
  for (; trial < batch; ++trial) sums[0] += post[trial] * pre[trial];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// sums_k += sum over the trials of post_i pre_j, for every synapse k from j to i.
void add_products(const Synapses& shape, std::span<const double> post, std::span<const double> pre,
                  std::span<double> sums, std::size_t batch) {
  if (shape.is_dense() && batch == 1) {
    const auto columns = static_cast<std::size_t>(shape.pre_size);
    for (std::size_t i = 0; i < post.size(); ++i) {
      double* row = sums.data() + i * columns;
      for (std::size_t j = 0; j < columns; ++j) row[j] += post[i] * pre[j];
    }
    return;
  }
  shape.for_each([&](std::int64_t i, std::int64_t j, std::size_t k) {
    sums[k] += product_over_trials(post.data() + static_cast<std::size_t>(i) * batch,
                                   pre.data() + static_cast<std::size_t>(j) * batch, batch);
  });
}

// d/dtau of the share dt/tau, or 1 - exp(-dt/tau).
double share_slope(Integrator integrator, double dt, double tau) {
  return -dt / (tau * tau) * (integrator == Integrator::kEuler ? 1 : std::exp(-dt / tau));
}

}  // namespace

AdjointSweep::AdjointSweep(const Dynamics& dynamics, const Parameters& parameters, std::size_t batch, AdjointMode mode)
    : dynamics_(dynamics),
      parameters_(parameters),
      network_(dynamics.network()),
      batch_(batch),
      mode_(mode),
      pole_share_(dynamics.lead_pole_share()),
      inputs_(static_cast<std::size_t>(network_.input_channels()) * batch) {
  for (const Population& population : network_.populations) {
    const auto size = static_cast<std::size_t>(population.size);
    const std::vector<double> zeros(size * batch, 0.0);
    signals_.push_back({zeros, zeros, zeros, zeros, zeros, zeros, zeros, zeros, zeros});
    const std::vector<double> sums(size, 0.0);
    constants_.push_back({sums, sums, sums, sums, sums});
    errors_.e.push_back(zeros);
    errors_.epsilon.push_back(zeros);
  }
  for (const ProjectionParameters& projection : parameters.projections) {
    weights_.emplace_back(projection.weights.size(), 0.0);
  }
}

void AdjointSweep::read_inputs(SignalView inputs) {
  const std::size_t channels = inputs_.size() / batch_;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t trial = 0; trial < batch_; ++trial) {
      inputs_[channel * batch_ + trial] = inputs.first[trial * inputs.stride + channel];
    }
  }
}

// r = phi(lookahead), phi' = phi'(lookahead)
void AdjointSweep::take_back_rates(const AdjointTape& tape, std::size_t frame) {
  for (std::size_t p = 0; p < signals_.size(); ++p) {
    Signals& signals = signals_[p];
    const std::span<const double> phi_prime = tape.at(frame, TapeSignal::kPhiPrime, p);
    std::vector<double>& epsilon = errors_.epsilon[p];
    for (std::size_t k = 0; k < epsilon.size(); ++k) epsilon[k] = phi_prime[k] * signals.r[k];
    if (mode_ == AdjointMode::kFull) {
      const std::span<const double> lookahead = tape.at(frame, TapeSignal::kLookahead, p);
      for (std::size_t k = 0; k < epsilon.size(); ++k) {
        epsilon[k] += phi_second(network_.populations[p].activation, lookahead[k]) * signals.phi_prime[k];
      }
    }
    std::fill(signals.r.begin(), signals.r.end(), 0.0);
  }
}

// backward_j = sum_i B_ij e_i; with B = W^T it is a function of W.
void AdjointSweep::take_back_sent_errors(const AdjointTape& tape, std::size_t frame) {
  for (Signals& signals : signals_) std::fill(signals.e.begin(), signals.e.end(), 0.0);
  for (std::size_t q = 0; q < network_.projections.size(); ++q) {
    const Projection& projection = network_.projections[q];
    if (projection.backward == BackwardRule::kNone) continue;
    const bool transposed = projection.backward == BackwardRule::kTranspose;
    const auto to = static_cast<std::size_t>(projection.to);
    const std::vector<double>& sent = signals_[static_cast<std::size_t>(projection.from.index)].backward;
    const ProjectionParameters& values = parameters_.projections[q];
    add_forward(projection.synapses, transposed ? values.weights : values.backward, sent, signals_[to].e, batch_);
    if (transposed) add_products(projection.synapses, tape.at(frame, TapeSignal::kE, to), sent, weights_[q], batch_);
  }
}

// drive = s + gamma e - u;  lookahead = u + lead_u drive, behind the pole;  u += a drive
void AdjointSweep::take_back_membrane(const AdjointTape& tape, std::size_t frame, std::size_t p) {
  const PopulationParameters& parameters = parameters_.populations[p];
  Signals& signals = signals_[p];
  Constants& constants = constants_[p];
  const std::span<const double> drive = tape.at(frame, TapeSignal::kDrive, p);
  for (std::size_t i = 0, k = 0; i < parameters.a.size(); ++i) {
    for (std::size_t trial = 0; trial < batch_; ++trial, ++k) {
      const double lookahead = errors_.epsilon[p][k] + signals.lookahead[k];
      const double lead = pole_share_ * lookahead;
      signals.lookahead[k] = lookahead - lead;
      const double s = parameters.lead_u[i] * lead + parameters.a[i] * signals.u[k];
      constants.bias[i] += s;
      constants.lead_u[i] += lead * drive[k];
      constants.a[i] += signals.u[k] * drive[k];
      signals.u[k] += lead - s;
      errors_.e[p][k] = s;
    }
  }
}

// epsilon = (backward + target error) phi';  P epsilon = v + lead_v (epsilon - v), behind the pole;
// v += b (epsilon - v);  e = g0 epsilon + g1 P epsilon
void AdjointSweep::take_back_error(const AdjointTape& tape, std::size_t frame, std::size_t p) {
  const PopulationParameters& parameters = parameters_.populations[p];
  const double gamma = network_.populations[p].gamma;
  Signals& signals = signals_[p];
  Constants& constants = constants_[p];
  const std::span<const double> epsilon_now = tape.at(frame, TapeSignal::kEpsilon, p);
  const std::span<const double> v_before = tape.at(frame - 1, TapeSignal::kV, p);
  const std::span<const double> slope_before = tape.at(frame - 1, TapeSignal::kPhiPrime, p);
  const std::span<const double> backward_before = tape.at(frame - 1, TapeSignal::kBackward, p);
  for (std::size_t i = 0, k = 0; i < parameters.b.size(); ++i) {
    for (std::size_t trial = 0; trial < batch_; ++trial, ++k) {
      const double e = signals.e[k] + gamma * errors_.e[p][k];
      const double error_lead = parameters.g1[i] * e + signals.error_lead[k];
      const double lead = pole_share_ * error_lead;
      signals.error_lead[k] = error_lead - lead;
      const double behind = parameters.lead_v[i] * lead + parameters.b[i] * signals.v[k];
      const double behind_now = epsilon_now[k] - v_before[k];
      constants.lead_v[i] += lead * behind_now;
      constants.b[i] += signals.v[k] * behind_now;
      signals.v[k] += lead - behind;
      const double epsilon = parameters.g0[i] * e + behind;
      signals.backward[k] = slope_before[k] * epsilon;
      signals.phi_prime[k] = (backward_before[k] + signals.target_error[k]) * epsilon;
    }
  }
}

void AdjointSweep::form_target_errors(const AdjointTape& tape, std::size_t frame, const AdjointStep& step) {
  for (const Output& output : network_.outputs) {
    std::vector<double>& error = signals_[static_cast<std::size_t>(output.population)].target_error;
    std::fill(error.begin(), error.end(), 0.0);
  }
  for (const Output& output : network_.outputs) {
    const auto p = static_cast<std::size_t>(output.population);
    for (std::size_t trial = 0; trial < batch_; ++trial) {
      add_target_error(output, step.targets, trial, batch_, tape.at(frame - 1, TapeSignal::kR, p),
                       signals_[p].target_error);
    }
  }
}

// The loss of this step, and its target error as a function of the rates before it.
void AdjointSweep::take_back_losses(const AdjointTape& tape, std::size_t frame, const AdjointStep& step) {
  for (const Output& output : network_.outputs) {
    const auto p = static_cast<std::size_t>(output.population);
    const std::span<const double> r = tape.at(frame - 1, TapeSignal::kR, p);
    Signals& signals = signals_[p];
    for (std::size_t trial = 0; trial < batch_; ++trial) {
      if (step.counts) {
        loss_ += output_loss(output, step.targets, trial, batch_, r);
        add_target_error(output, step.targets, trial, batch_, r, signals.r);
      }
      if (mode_ == AdjointMode::kFull) {
        add_target_error_slope(output, trial, batch_, r, signals.backward, signals.r);
      }
    }
  }
}

// s_i = sum_j W_ij r_j + b_i
void AdjointSweep::take_back_sums(const AdjointTape& tape, std::size_t frame) {
  for (std::size_t q = 0; q < network_.projections.size(); ++q) {
    const Projection& projection = network_.projections[q];
    const auto from = static_cast<std::size_t>(projection.from.index);
    const std::vector<double>& post = errors_.e[static_cast<std::size_t>(projection.to)];
    if (projection.from.is_input) {
      const auto first = static_cast<std::size_t>(network_.inputs[from].first_channel) * batch_;
      add_products(projection.synapses, post, std::span<const double>(inputs_).subspan(first), weights_[q], batch_);
    } else {
      add_products(projection.synapses, post, tape.at(frame - 1, TapeSignal::kR, from), weights_[q], batch_);
      add_backward(projection.synapses, parameters_.projections[q].weights, post, signals_[from].r, batch_);
    }
  }
}

// The schedule of Dynamics::step from its end to its start:
//   6. r, phi'       into epsilon
//   4. backward      into e of the receivers, and W where B = W^T          (kFull)
//   3. u, lookahead  into s: the error signal of this step, and u before
//   2. e, v          into v, phi' and backward before                      (kFull)
//   1. s             into W, b and r before; the loss into r before
void AdjointSweep::step_back(const AdjointTape& tape, std::size_t frame, const AdjointStep& step) {
  read_inputs(step.inputs);
  take_back_rates(tape, frame);
  if (mode_ == AdjointMode::kFull) {
    take_back_sent_errors(tape, frame);
    form_target_errors(tape, frame, step);
  }
  for (std::size_t p = 0; p < signals_.size(); ++p) {
    take_back_membrane(tape, frame, p);
    if (mode_ == AdjointMode::kFull) take_back_error(tape, frame, p);
  }
  take_back_losses(tape, frame, step);
  take_back_sums(tape, frame);
  errors_.step = step.index;
}

// a follows tau_m, b tau_v or else tau_r; lead_u = a / b(tau_r) and lead_v = b / a unless they are set apart.
PopulationGradients AdjointSweep::gradients_of(std::size_t p) const {
  const Population& population = network_.populations[p];
  const PopulationParameters& parameters = parameters_.populations[p];
  const Constants& sums = constants_[p];
  const Integrator integrator = dynamics_.integrator();
  const double dt = dynamics_.integration_dt();
  const double scale = -1 / static_cast<double>(batch_);
  PopulationGradients result;
  for (std::size_t i = 0; i < sums.a.size(); ++i) {
    const double a = parameters.a[i];
    const double b_r = dynamics_.step_share(parameters.tau_r[i]);
    double to_a = sums.a[i];
    double to_b_r = 0;
    double to_b = sums.b[i];
    if (population.lead_u.empty()) {
      to_a += sums.lead_u[i] / b_r;
      to_b_r -= sums.lead_u[i] * a / (b_r * b_r);
    }
    if (population.lead_v.empty()) {
      to_a -= sums.lead_v[i] * parameters.b[i] / (a * a);
      to_b += sums.lead_v[i] / a;
    }
    if (parameters.tau_v.empty()) to_b_r += to_b;
    double tau_m = scale * to_a * share_slope(integrator, dt, parameters.tau_m[i]);
    double tau_r = scale * to_b_r * share_slope(integrator, dt, parameters.tau_r[i]);
    if (population.tied) tau_m = tau_r = tau_m + tau_r;
    result.bias.push_back(scale * sums.bias[i]);
    result.tau_m.push_back(tau_m);
    result.tau_r.push_back(tau_r);
  }
  return result;
}

Gradients AdjointSweep::gradients() const {
  Gradients result;
  for (std::size_t p = 0; p < signals_.size(); ++p) result.populations.push_back(gradients_of(p));
  for (const std::vector<double>& sums : weights_) {
    ProjectionGradients projection;
    for (const double sum : sums) projection.weights.push_back(-sum / static_cast<double>(batch_));
    result.projections.push_back(std::move(projection));
  }
  return result;
}

}  // namespace vle
