#include <vle/dynamics/target_error.hpp>

#include <algorithm>
#include <cmath>

namespace vle {
namespace {

// softmax(r)_i = exp(r_i - peak) / sum
template <class Real>
struct Softmax {
  Real peak = 0;
  Real sum = 0;
};

template <class Real>
Softmax<Real> softmax(std::span<const Real> r, std::size_t trial, std::size_t batch) {
  Softmax<Real> result{r[trial], 0};
  for (std::size_t k = trial; k < r.size(); k += batch) result.peak = std::max(result.peak, r[k]);
  for (std::size_t k = trial; k < r.size(); k += batch) result.sum += std::exp(r[k] - result.peak);
  return result;
}

template <class Real>
Real share(const Softmax<Real>& softmax, Real r) {
  return std::exp(r - softmax.peak) / softmax.sum;
}

const double* target_of(const Output& output, SignalView targets, std::size_t trial) {
  return targets.first + trial * targets.stride + output.first_channel;
}

template <class Real>
void add_error(const Output& output, SignalView targets, std::size_t trial, std::size_t batch, std::span<const Real> r,
               std::span<Real> error) {
  const double* target = target_of(output, targets, trial);
  const auto beta = static_cast<Real>(output.beta);
  const bool entropic = output.loss == Loss::kCrossEntropy;
  const Softmax<Real> shares = entropic ? softmax(r, trial, batch) : Softmax<Real>{};
  for (std::size_t k = trial, i = 0; k < r.size(); k += batch, ++i) {
    const Real guess = entropic ? share(shares, r[k]) : r[k];
    error[k] += beta * (static_cast<Real>(target[i]) - guess);
  }
}

template <class Real>
double loss_of(const Output& output, SignalView targets, std::size_t trial, std::size_t batch,
               std::span<const Real> r) {
  const double* target = target_of(output, targets, trial);
  double loss = 0;
  if (output.loss == Loss::kCrossEntropy) {
    const Softmax<Real> shares = softmax(r, trial, batch);
    loss = shares.peak + std::log(shares.sum);
    for (std::size_t k = trial, i = 0; k < r.size(); k += batch, ++i) loss -= target[i] * r[k];
  } else {
    for (std::size_t k = trial, i = 0; k < r.size(); k += batch, ++i) {
      loss += 0.5 * (target[i] - r[k]) * (target[i] - r[k]);
    }
  }
  return output.beta * loss;
}

}  // namespace

double output_loss(const Output& output, SignalView targets, std::size_t trial, std::size_t batch,
                   std::span<const double> r) {
  return loss_of(output, targets, trial, batch, r);
}

double output_loss(const Output& output, SignalView targets, std::size_t trial, std::size_t batch,
                   std::span<const float> r) {
  return loss_of(output, targets, trial, batch, r);
}

void add_target_error(const Output& output, SignalView targets, std::size_t trial, std::size_t batch,
                      std::span<const double> r, std::span<double> error) {
  add_error(output, targets, trial, batch, r, error);
}

void add_target_error(const Output& output, SignalView targets, std::size_t trial, std::size_t batch,
                      std::span<const float> r, std::span<float> error) {
  add_error(output, targets, trial, batch, r, error);
}

void add_target_error_slope(const Output& output, std::size_t trial, std::size_t batch, std::span<const double> r,
                            std::span<const double> x, std::span<double> result) {
  if (output.loss == Loss::kMeanSquaredError) {
    for (std::size_t k = trial; k < r.size(); k += batch) result[k] -= output.beta * x[k];
    return;
  }
  const Softmax<double> shares = softmax(r, trial, batch);
  double mean = 0;
  for (std::size_t k = trial; k < r.size(); k += batch) mean += share(shares, r[k]) * x[k];
  for (std::size_t k = trial; k < r.size(); k += batch) {
    result[k] -= output.beta * share(shares, r[k]) * (x[k] - mean);
  }
}

}  // namespace vle
