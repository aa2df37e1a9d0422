#include "small_lesson.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vle/io/files.hpp>

namespace vle::app {
namespace {

void write(const std::string& path, const std::string& text) {
  ASSERT_TRUE(write_file(path, text));
}

}  // namespace

SmallLesson::SmallLesson() {
  write(network, R"(# proto-message: vle.v1.Network
name: "small" dt_seconds: 0.01
input { name: "x" size: 1 }
population { name: "a" size: 3 activation: TANH tau_m { value: 0.4 } tau_r { value: 0.1 } }
population { name: "y" size: 1 activation: LINEAR tau_m { value: 0.1 } }
projection { from: "x" to: "a" weights { value: 0.9 value: -0.6 value: 0.4 } }
projection { from: "a" to: "y" weights { value: 0.5 value: 0.8 value: -0.7 } }
output { population: "y" }
plasticity { eta_weights_per_second: 0.2 }
)");
  std::string inputs = "x\n";
  std::string targets = "y\n";
  for (int step = 0; step < 600; ++step) {
    inputs += std::to_string(std::sin(0.03 * step)) + "\n";
    targets += std::to_string(0.3 + 0.5 * std::sin(0.03 * step - 0.4)) + "\n";
  }
  write(input, inputs);
  write(target, targets);
}

Words SmallLesson::words(Words front, const Words& back) const {
  front.insert(front.end(), {network, "--input", input, "--target-signal", target});
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

SmallClasses::SmallClasses() {
  write(network, R"(# proto-message: vle.v1.Network
name: "classes" dt_seconds: 0.01
input { name: "x" size: 1 }
population { name: "a" size: 3 activation: TANH tau_m { value: 0.1 } }
population { name: "y" size: 2 activation: LINEAR tau_m { value: 0.05 } }
projection { from: "x" to: "a" weights { value: 0.9 value: -0.6 value: 0.4 } }
projection { from: "a" to: "y" weights { value: 0.2 value: 0.1 value: -0.3 value: 0.1 value: -0.2 value: 0.2 } }
output { population: "y" }
plasticity { eta_weights_per_second: 1 eta_bias_per_second: 1 }
)");
  std::string rows;
  std::string classes;
  for (int sample = 0; sample < 40; ++sample) {
    const int label = sample % 2;
    const double height = (label == 0 ? 1 : -1) * (0.5 + 0.01 * sample);
    for (int k = 0; k < 5; ++k) rows += (k == 0 ? "" : ",") + std::to_string(height + 0.1 * std::sin(k + sample));
    rows += "\n";
    classes += std::to_string(label) + "\n";
  }
  write(samples, rows);
  write(labels, classes);
}

}  // namespace vle::app
