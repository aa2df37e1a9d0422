#pragma once

#include <cstddef>
#include <span>
#include <vector>
#include <vle/dynamics/adjoint.hpp>
#include <vle/dynamics/dynamics.hpp>
#include <vle/dynamics/parameters.hpp>

#include "adjoint_tape.hpp"

namespace vle {

/// What came from outside in one integration step, and whether its loss counts.
struct AdjointStep {
  std::size_t index = 0;
  SignalView inputs;
  SignalView targets;
  bool counts = true;
};

/// Walks a recorded run backwards, one integration step at a time, and adds up the gradients. Everything it carries is
/// -batch dL/dx of one trial's signal x ("sensitivity"), so that it compares with the errors of the local rules.
class AdjointSweep {
 public:
  /// `dynamics` takes one integration step a step; both references must outlive the sweep.
  AdjointSweep(const Dynamics& dynamics, const Parameters& parameters, std::size_t batch, AdjointMode mode);

  /// Takes back the step that led from frame - 1 to `frame`. Allocates nothing.
  void step_back(const AdjointTape& tape, std::size_t frame, const AdjointStep& step);

  /// Of the step taken back last.
  const AdjointErrors& errors() const { return errors_; }
  double loss() const { return loss_ / static_cast<double>(batch_); }
  Gradients gradients() const;

 private:
  // Sensitivities of one population, neurons x batch.
  struct Signals {
    std::vector<double> r;
    std::vector<double> phi_prime;
    std::vector<double> u;
    std::vector<double> v;
    std::vector<double> lookahead;   // the share that the lead pole hands to the step before
    std::vector<double> error_lead;  // the same
    std::vector<double> e;
    std::vector<double> backward;
    std::vector<double> target_error;  // not a sensitivity: of the step at hand
  };
  // Sensitivities of what a population's neurons hold over the whole run, summed over steps and trials.
  struct Constants {
    std::vector<double> bias;
    std::vector<double> a;
    std::vector<double> b;
    std::vector<double> lead_u;
    std::vector<double> lead_v;
  };

  void read_inputs(SignalView inputs);
  void take_back_rates(const AdjointTape& tape, std::size_t frame);
  void take_back_sent_errors(const AdjointTape& tape, std::size_t frame);
  void take_back_membrane(const AdjointTape& tape, std::size_t frame, std::size_t p);
  void take_back_error(const AdjointTape& tape, std::size_t frame, std::size_t p);
  void form_target_errors(const AdjointTape& tape, std::size_t frame, const AdjointStep& step);
  void take_back_losses(const AdjointTape& tape, std::size_t frame, const AdjointStep& step);
  void take_back_sums(const AdjointTape& tape, std::size_t frame);
  PopulationGradients gradients_of(std::size_t p) const;

  const Dynamics& dynamics_;
  const Parameters& parameters_;
  const Network& network_;
  std::size_t batch_;
  AdjointMode mode_;
  double pole_share_;
  std::vector<Signals> signals_;
  std::vector<Constants> constants_;
  std::vector<std::vector<double>> weights_;
  std::vector<double> inputs_;
  AdjointErrors errors_;
  double loss_ = 0;
};

}  // namespace vle
