#pragma once

#include <cstdint>
#include <memory>
#include <vle/parameter_map/parameter_map.hpp>

namespace vle::calibration {

/// A register image for measuring: every neuron of the chip in use, linear, with slow leads and nothing connected until
/// asked for. Signals are in full scales, so what is read is in full scales as well.
class Probe {
 public:
  /// A step of the probe is `substeps` sub-steps. Stimuli have `input_channels` and `target_channels` channels; until
  /// listen_to_target() no neuron takes a target.
  Probe(const Target& target, std::int64_t substeps, std::int64_t input_channels, std::int64_t target_channels = 1);

  std::int64_t columns() const { return map_->geometry.columns; }
  std::int64_t rows() const { return map_->geometry.rows; }
  std::int64_t cores() const { return map_->geometry.cores; }
  std::int64_t neurons() const { return cores() * columns(); }

  /// A parameter of every neuron, or of one column of every core.
  void set(ParameterKind kind, Lsb code, int range = 0);
  void set(ParameterKind kind, std::int64_t column, Lsb code, int range = 0);
  /// The setting nearest to a nominal value.
  void set_near(ParameterKind kind, double value);

  /// What drives a row of every core's forward array, or (a neuron of the core) of its backward array.
  void drive_row(std::int64_t row, std::int64_t input_channel);
  void drive_backward_row(std::int64_t row, std::int64_t column);
  /// The code of a row's synapses in every column.
  void set_row(ParameterKind array, std::int64_t row, Lsb code);
  /// The same in one column of every core.
  void set_synapse(ParameterKind array, std::int64_t row, std::int64_t column, Lsb code);
  /// The rate circuit that every neuron is set to; linear until asked for.
  void use_shape(Activation activation);
  /// Puts the pole behind the leads of every neuron.
  void use_lead_pole();
  void listen_to_target(std::int64_t column, std::int64_t channel);

  std::shared_ptr<const ParameterMap> map() const { return map_; }

 private:
  void set_control(const NeuronControl& control);

  std::shared_ptr<ParameterMap> map_;
  RegisterLayout layout_;
};

/// Populations of a probe, in the order of recordings: the neurons that a stimulus counts as outputs, then the others.
inline constexpr const char* kFirstNeurons = "first";
inline constexpr const char* kOtherNeurons = "others";

}  // namespace vle::calibration
