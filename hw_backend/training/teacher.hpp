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

  /// Replaces the targets of trials by what its output does in them.
  [[nodiscard]] Result<> show(Stimulus& trials) const;

 private:
  Teacher(std::unique_ptr<Backend> backend, std::string output)
      : backend_(std::move(backend)), output_(std::move(output)) {}

  std::unique_ptr<Backend> backend_;
  std::string output_;
};

}  // namespace vle::training
