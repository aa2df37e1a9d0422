#include "network_enums.hpp"

namespace vle::io {

std::optional<Integrator> to_integrator(v1::Integrator integrator) {
  switch (integrator) {
    case v1::INTEGRATOR_UNSPECIFIED:
    case v1::EXPONENTIAL:
      return Integrator::kExponential;
    case v1::EULER:
      return Integrator::kEuler;
    default:
      return std::nullopt;
  }
}

std::optional<Activation> to_activation(v1::Activation activation) {
  switch (activation) {
    case v1::LINEAR:
      return Activation::kLinear;
    case v1::TANH:
      return Activation::kTanh;
    case v1::SIGMOID:
      return Activation::kSigmoid;
    case v1::SOFTPLUS:
      return Activation::kSoftplus;
    case v1::RELU:
      return Activation::kRelu;
    case v1::HARD_SIGMOID:
      return Activation::kHardSigmoid;
    default:
      return std::nullopt;
  }
}

std::optional<BackwardRule> to_backward_rule(v1::BackwardRule rule) {
  switch (rule) {
    case v1::BACKWARD_RULE_UNSPECIFIED:
    case v1::TRANSPOSE:
      return BackwardRule::kTranspose;
    case v1::FIXED_RANDOM:
      return BackwardRule::kFixedRandom;
    case v1::MIRROR:
      return BackwardRule::kMirror;
    case v1::NONE:
      return BackwardRule::kNone;
    default:
      return std::nullopt;
  }
}

std::optional<Loss> to_loss(v1::Loss loss) {
  switch (loss) {
    case v1::LOSS_UNSPECIFIED:
    case v1::MEAN_SQUARED_ERROR:
      return Loss::kMeanSquaredError;
    case v1::CROSS_ENTROPY:
      return Loss::kCrossEntropy;
    default:
      return std::nullopt;
  }
}

std::optional<GainMethod> to_gain_method(v1::GainMethod method) {
  switch (method) {
    case v1::GAIN_METHOD_UNSPECIFIED:
    case v1::STATISTICS:
      return GainMethod::kStatistics;
    case v1::LMS:
      return GainMethod::kLms;
    default:
      return std::nullopt;
  }
}

std::optional<Eligibility> to_eligibility(v1::Eligibility eligibility) {
  switch (eligibility) {
    case v1::ELIGIBILITY_UNSPECIFIED:
    case v1::RATE:
      return Eligibility::kRate;
    case v1::TRACE:
      return Eligibility::kTrace;
    default:
      return std::nullopt;
  }
}

v1::Activation to_proto(Activation activation) {
  switch (activation) {
    case Activation::kLinear:
      return v1::LINEAR;
    case Activation::kTanh:
      return v1::TANH;
    case Activation::kSigmoid:
      return v1::SIGMOID;
    case Activation::kSoftplus:
      return v1::SOFTPLUS;
    case Activation::kRelu:
      return v1::RELU;
    case Activation::kHardSigmoid:
      return v1::HARD_SIGMOID;
  }
  return v1::ACTIVATION_UNSPECIFIED;
}

v1::BackwardRule to_proto(BackwardRule rule) {
  switch (rule) {
    case BackwardRule::kTranspose:
      return v1::TRANSPOSE;
    case BackwardRule::kFixedRandom:
      return v1::FIXED_RANDOM;
    case BackwardRule::kMirror:
      return v1::MIRROR;
    case BackwardRule::kNone:
      return v1::NONE;
  }
  return v1::BACKWARD_RULE_UNSPECIFIED;
}

v1::Loss to_proto(Loss loss) {
  return loss == Loss::kCrossEntropy ? v1::CROSS_ENTROPY : v1::MEAN_SQUARED_ERROR;
}

v1::Integrator to_proto(Integrator integrator) {
  return integrator == Integrator::kEuler ? v1::EULER : v1::EXPONENTIAL;
}

v1::GainMethod to_proto(GainMethod method) {
  return method == GainMethod::kLms ? v1::LMS : v1::STATISTICS;
}

v1::Eligibility to_proto(Eligibility eligibility) {
  return eligibility == Eligibility::kTrace ? v1::TRACE : v1::RATE;
}

}  // namespace vle::io
