#pragma once

#include <vle/sweep/sweep_dynamics.hpp>
#include <vle/training/classify.hpp>

namespace vle::training {

/// A network that learns from trials, wherever it runs.
class ClassifierStudent {
 public:
  virtual ~ClassifierStudent() = default;
  /// Returns the loss; nothing where it was stopped.
  virtual Result<std::optional<double>> learn(const Stimulus& trials, const std::stop_token& stop) = 0;
  virtual void report_loss(double loss) = 0;
  /// With what was learned until now.
  virtual Network network() const = 0;
  /// Where the network runs as it is now.
  virtual Result<Backend*> backend() = 0;
  /// Steps from one sample of the outputs to the next.
  virtual std::int64_t sample_period() const { return 1; }
  virtual bool is_on_chip() const { return false; }
  /// A chip gets the network as the student will move it on.
  virtual Result<> begin(std::int64_t) { return {}; }
  /// Takes what is known of the read-out out of what backend() gave.
  virtual void correct(Traces&) const {}
  /// Remembers the state, and goes back to what was remembered last.
  virtual void keep() {}
  virtual Result<> restore() { return {}; }

  std::string output() const {
    const Network own = network();
    return own.populations[static_cast<std::size_t>(own.outputs.front().population)].name;
  }
};

/// Learns on the float reference in every step.
class ReferenceStudent final : public ClassifierStudent {
 public:
  ReferenceStudent(const Network& network, std::size_t batch, ReferenceOptions options);
  Result<std::optional<double>> learn(const Stimulus& trials, const std::stop_token& stop) override;
  void report_loss(double loss) override { learner_.report_loss(loss, now_.learning); }
  Network network() const override;
  Result<Backend*> backend() override;

 private:
  Learner learner_;
  Checkpoint now_;
  ProspectiveEnergy energy_;
  std::unique_ptr<Backend> backend_;
};

/// Learns on the float reference in single precision, in every step.
class SweepStudent final : public ClassifierStudent {
 public:
  /// The network must be one that SweepDynamics::check_learning() accepts.
  SweepStudent(const Network& network, std::size_t batch, ReferenceOptions options);
  Result<std::optional<double>> learn(const Stimulus& trials, const std::stop_token& stop) override;
  void report_loss(double loss) override { dynamics_.report_loss(loss); }
  Network network() const override;
  Result<Backend*> backend() override;

 private:
  std::shared_ptr<const Network> network_;  ///< before it learned
  SweepDynamics dynamics_;
  std::unique_ptr<Backend> backend_;
};

/// Learns with a chip in the loop.
class ChipStudent final : public ClassifierStudent {
 public:
  ChipStudent(Network network, HostLearner learner, Backend& backend)
      : network_(std::move(network)), learner_(std::move(learner)), backend_(backend) {}
  Result<std::optional<double>> learn(const Stimulus& trials, const std::stop_token& stop) override {
    return learner_.learn(trials, stop);
  }
  void report_loss(double loss) override { learner_.report_loss(loss); }
  Network network() const override { return with_parameters(network_, learner_.parameters()); }
  Result<Backend*> backend() override { return &backend_; }
  std::int64_t sample_period() const override { return training::sample_period(learner_.mapped().map(), 1); }
  bool is_on_chip() const override { return true; }
  Result<> begin(std::int64_t batch) override { return learner_.begin(static_cast<std::size_t>(batch)); }
  void correct(Traces& traces) const override { learner_.correct(traces); }
  void keep() override { kept_ = learner_.checkpoint(); }
  Result<> restore() override { return kept_.empty() ? Result<>() : learner_.resume(kept_); }

 private:
  Network network_;
  HostLearner learner_;
  Backend& backend_;
  std::string kept_;
};

}  // namespace vle::training
