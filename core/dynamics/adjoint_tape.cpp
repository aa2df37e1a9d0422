#include "adjoint_tape.hpp"

#include <algorithm>

namespace vle {
namespace {

std::size_t signal_count(AdjointMode mode) {
  return mode == AdjointMode::kFree ? kFreeTapeSignals : kFullTapeSignals;
}

const std::vector<double>& values_of(const PopulationState& state, std::size_t signal) {
  const std::vector<double>* const values[kFullTapeSignals] = {
      &state.r, &state.phi_prime, &state.drive, &state.lookahead, &state.epsilon, &state.v, &state.e, &state.backward};
  return *values[signal];
}

}  // namespace

AdjointTape::AdjointTape(const State& shape, AdjointMode mode, std::size_t frames) : signals_(signal_count(mode)) {
  starts_.push_back(0);
  for (const PopulationState& population : shape.populations) starts_.push_back(starts_.back() + population.u.size());
  values_.resize(frames * signals_ * starts_.back());
}

std::size_t AdjointTape::frame_bytes(const State& shape, AdjointMode mode) {
  std::size_t elements = 0;
  for (const PopulationState& population : shape.populations) elements += population.u.size();
  return elements * signal_count(mode) * sizeof(double);
}

void AdjointTape::record(std::size_t frame, const State& state) {
  for (std::size_t signal = 0; signal < signals_; ++signal) {
    double* first = values_.data() + (frame * signals_ + signal) * starts_.back();
    for (std::size_t p = 0; p < state.populations.size(); ++p) {
      const std::vector<double>& values = values_of(state.populations[p], signal);
      std::copy(values.begin(), values.end(), first + starts_[p]);
    }
  }
}

std::span<const double> AdjointTape::at(std::size_t frame, TapeSignal signal, std::size_t population) const {
  const std::size_t first = (frame * signals_ + static_cast<std::size_t>(signal)) * starts_.back();
  return std::span<const double>(values_).subspan(first + starts_[population],
                                                  starts_[population + 1] - starts_[population]);
}

}  // namespace vle
