#pragma once

#include <memory>
#include <string>
#include <vle/backend/backend.hpp>

namespace vle::training {

/// A network that shows another what its output should do, on the float reference in single precision.
class Teacher {
 public:
  /// Errors (kInvalidInput): its input channels, outputs or step differ from the student's.
  [[nodiscard]] static Result<Teacher> create(std::shared_ptr<const Network> network, const Network& student);

  /// Replaces the targets of trials by what its output does in them, `lag` steps later: at first its first values.
  [[nodiscard]] Result<> show(Stimulus& trials) const;
  /// Of the student: samples cross from core to core later than the network says.
  void set_lag(std::int64_t steps) { lag_ = steps; }
  std::int64_t lag() const { return lag_; }

 private:
  Teacher(std::unique_ptr<Backend> backend, std::string output)
      : backend_(std::move(backend)), output_(std::move(output)) {}

  std::unique_ptr<Backend> backend_;
  std::string output_;
  std::int64_t lag_ = 0;
};

/// The steps, up to `most`, by which outputs come closest to `taught` when they may come later: least mean square.
/// `shown` has a sample in every `every`th step of the trials of `taught`.
[[nodiscard]] std::int64_t measure_lag(const SignalTrace& shown, std::int64_t every, const Stimulus& taught,
                                       std::int64_t most);

}  // namespace vle::training
