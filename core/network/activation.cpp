#include <cmath>
#include <vle/network/activation.hpp>
#include <vle/result/check.hpp>

namespace vle {
namespace {

// Both branches take the exponential of a negative number, so nothing overflows.
double sigmoid(double x) {
  if (x >= 0) return 1 / (1 + std::exp(-x));
  const double rising = std::exp(x);
  return rising / (1 + rising);
}

double softplus(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

double hard_sigmoid(double x) {
  if (x <= -2) return 0;
  return x >= 2 ? 1 : x / 4 + 0.5;
}

double tanh_prime(double x) {
  const double r = std::tanh(x);
  return 1 - r * r;
}

double sigmoid_prime(double x) {
  const double r = sigmoid(x);
  return r * (1 - r);
}

}  // namespace

std::string_view name_of(Activation activation) {
  switch (activation) {
    case Activation::kLinear:
      return "linear";
    case Activation::kTanh:
      return "tanh";
    case Activation::kSigmoid:
      return "sigmoid";
    case Activation::kSoftplus:
      return "softplus";
    case Activation::kRelu:
      return "relu";
    case Activation::kHardSigmoid:
      return "hard_sigmoid";
  }
  check_failed(__FILE__, __LINE__, "activation", "not a member of the enum");
}

double phi(Activation activation, double x) {
  switch (activation) {
    case Activation::kLinear:
      return x;
    case Activation::kTanh:
      return std::tanh(x);
    case Activation::kSigmoid:
      return sigmoid(x);
    case Activation::kSoftplus:
      return softplus(x);
    case Activation::kRelu:
      return x < 0 ? 0 : x;
    case Activation::kHardSigmoid:
      return hard_sigmoid(x);
  }
  check_failed(__FILE__, __LINE__, "activation", "not a member of the enum");
}

double phi_prime(Activation activation, double x) {
  switch (activation) {
    case Activation::kLinear:
      return 1;
    case Activation::kTanh:
      return tanh_prime(x);
    case Activation::kSigmoid:
      return sigmoid_prime(x);
    case Activation::kSoftplus:
      return sigmoid(x);
    case Activation::kRelu:
      return x < 0 ? 0 : 1;
    case Activation::kHardSigmoid:
      return x >= -2 && x < 2 ? 0.25 : 0;
  }
  check_failed(__FILE__, __LINE__, "activation", "not a member of the enum");
}

double phi_second(Activation activation, double x) {
  switch (activation) {
    case Activation::kTanh:
      return -2 * std::tanh(x) * tanh_prime(x);
    case Activation::kSigmoid:
      return sigmoid_prime(x) * (1 - 2 * sigmoid(x));
    case Activation::kSoftplus:
      return sigmoid_prime(x);
    case Activation::kLinear:
    case Activation::kRelu:
    case Activation::kHardSigmoid:
      return 0;
  }
  check_failed(__FILE__, __LINE__, "activation", "not a member of the enum");
}

double max_phi_prime(Activation activation) {
  return activation == Activation::kSigmoid || activation == Activation::kHardSigmoid ? 0.25 : 1;
}

Interval phi_range(Activation activation, Interval input) {
  VLE_CHECK(input.low <= input.high, "interval [{}, {}] is upside down", input.low, input.high);
  return {phi(activation, input.low), phi(activation, input.high)};
}

bool is_homogeneous(Activation activation) {
  return activation == Activation::kLinear || activation == Activation::kRelu;
}

}  // namespace vle
