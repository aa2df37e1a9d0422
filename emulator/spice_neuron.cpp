#include "spice_neuron.hpp"

#include <string_view>
#include <vle/network/activation.hpp>

namespace vle::emulator {
namespace {

/// Expressions of ngspice for a rate circuit and its slope at `x`.
struct ShapeText {
  std::string rate;
  std::string slope;
};

ShapeText shape_at(Activation activation, std::string_view x) {
  const auto logistic = fmt::format("1/(1+exp(-({})))", x);
  switch (activation) {
    case Activation::kLinear:
      return {std::string(x), "1"};
    case Activation::kTanh:
      return {fmt::format("tanh({})", x), fmt::format("1-tanh({0})*tanh({0})", x)};
    case Activation::kSigmoid:
      return {logistic, fmt::format("{0}*(1-{0})", logistic)};
    case Activation::kSoftplus:
      return {fmt::format("max({0},0)+ln(1+exp(-abs({0})))", x), logistic};
    case Activation::kRelu:
      return {fmt::format("max({},0)", x), fmt::format("u({})", x)};
    case Activation::kHardSigmoid:
      return {fmt::format("min(max(({})/4+0.5,0),1)", x), fmt::format("(u(({0})+2)-u(({0})-2))/4", x)};
  }
  return {"0", "0"};
}

/// Writes the elements of one neuron.
class NeuronWriter {
 public:
  NeuronWriter(Netlist& netlist, const SpiceNeuron& neuron) : netlist_(netlist), n_(neuron) {}

  void write() {
    netlist_.add("If_{0} 0 f_{0} DC {1:.9g}", n_.id, n_.bias);
    for (const char* column : {"f", "b"}) netlist_.add("R{0}_{1} {0}_{1} 0 1", column, n_.id);
    source("s", clipped(node("f")));
    write_error();
    write_membrane();
    const auto activation = static_cast<Activation>(n_.shape.activation);
    const ShapeText shape =
        shape_at(activation, fmt::format("({}*{:.9g})", node("l"), static_cast<double>(n_.shape.input_scale_inverse)));
    source("r", clipped(fmt::format("{:.9g}*({})+({:.9g})", static_cast<double>(n_.shape.amplitude), shape.rate,
                                    n_.offset_r)));
    source("p", shape.slope);
  }

 private:
  void write_error() {
    std::string back = node("b");
    if (!n_.target.empty()) back += fmt::format("+{:.9g}*(V({})-{})", n_.beta, n_.target, node("r"));
    source("x", clipped(fmt::format("{}*({})+({:.9g})", node("p"), back, n_.offset_epsilon)));
    capacitor("v", n_.tau_v, n_.leakage_v, fmt::format("({}-{})", node("x"), node("v")));
    lead("m", fmt::format("{0}+{1:.9g}*({2}-{0})", node("v"), n_.lead_v, node("x")));
    source("e", clipped(fmt::format("{:.9g}*{}+{:.9g}*{}+({:.9g})", n_.g0, node("x"), n_.g1, node("m"), n_.offset_e)));
  }

  void write_membrane() {
    const std::string distance = fmt::format("{}+{:.9g}*{}-{}", node("s"), n_.gamma, node("e"), node("u"));
    source("d", n_.ota_range > 0 ? fmt::format("{0:.9g}*tanh(({1})/{0:.9g})", n_.ota_range, distance) : distance);
    capacitor("u", n_.tau_u, n_.leakage_u, node("d"));
    lead("l", fmt::format("{}+{:.9g}*{}", node("u"), n_.lead_u, node("d")));
  }

  std::string node(std::string_view signal) const { return fmt::format("V({}_{})", signal, n_.id); }

  std::string clipped(const std::string& expression) const {
    return n_.rail > 0 ? fmt::format("min(max({0},-{1:.9g}),{1:.9g})", expression, n_.rail) : expression;
  }

  void source(std::string_view name, const std::string& expression) {
    netlist_.add("B{0}_{1} {0}_{1} 0 V = {2}", name, n_.id, expression);
  }

  // A capacitor that an amplifier of transconductance C / tau charges and leakage discharges; a hundred times stronger
  // diodes hold it between the rails.
  void capacitor(std::string_view name, double tau, double leakage, const std::string& difference) {
    const double transconductance = n_.capacitance / tau;
    netlist_.add("C{0}_{1} {0}_{1} 0 {2:.9g}", name, n_.id, n_.capacitance);
    std::string current = fmt::format("{:.9g}*{}", transconductance, difference);
    if (leakage > 0) current += fmt::format("-{:.9g}", n_.capacitance * leakage);
    if (n_.rail > 0) {
      current +=
          fmt::format("-{0:.9g}*(max({1}-{2:.9g},0)+min({1}+{2:.9g},0))", 100 * transconductance, node(name), n_.rail);
    }
    netlist_.add("B{0}_{1} 0 {0}_{1} I = {2}", name, n_.id, current);
  }

  void lead(std::string_view name, const std::string& expression) {
    if (n_.tau_pole == 0) return source(name, expression);
    netlist_.add("B{0}_{1} i{0}_{1} 0 V = {2}", name, n_.id, expression);
    netlist_.add("R{0}_{1} i{0}_{1} {0}_{1} {2:.9g}", name, n_.id, n_.tau_pole / n_.capacitance);
    netlist_.add("C{0}_{1} {0}_{1} 0 {2:.9g}", name, n_.id, n_.capacitance);
  }

  Netlist& netlist_;
  const SpiceNeuron& n_;
};

}  // namespace

void add_neuron(Netlist& netlist, const SpiceNeuron& neuron) {
  NeuronWriter(netlist, neuron).write();
}

}  // namespace vle::emulator
