#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "kernels/core_step.hpp"

namespace vle::emulator {

/// A netlist that grows line by line.
class Netlist {
 public:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// One neuron as a circuit. Signals in full scales, times in chip seconds.
struct SpiceNeuron {
  std::string id;  ///< core_column: ends the names of its nodes and elements
  double tau_u = 0;
  double tau_v = 0;
  double tau_pole = 0;  ///< of the pole behind both leads; 0: none
  double lead_u = 0;
  double lead_v = 0;
  double g0 = 0;
  double g1 = 0;
  double gamma = 0;
  double beta = 0;
  double bias = 0;
  double offset_epsilon = 0;
  double offset_r = 0;
  double offset_e = 0;
  double leakage_u = 0;  ///< full scales per second, off the capacitor
  double leakage_v = 0;
  double rail = 0;         ///< 0: signals never clip
  double ota_range = 0;    ///< 0: leak amplifiers are linear
  double capacitance = 0;  ///< of each membrane, farads
  std::string target;      ///< node of r*; empty: no target error
  ShapeRun shape;
};

/// Adds its elements. Nodes, each with `_id` behind: `f` and `b` collect the currents of the forward and the backward
/// column; s, epsilon (`x`), v, e, u, r are the signals of docs/emulator.md, `d` is drive, `l` lookahead, `m` the error
/// behind its lead, `p` phi'.
void add_neuron(Netlist& netlist, const SpiceNeuron& neuron);

}  // namespace vle::emulator
