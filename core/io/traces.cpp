#include <vle/io/traces.hpp>

#include "array_limits.hpp"
#include "file_bytes.hpp"
#include "trace_writers.hpp"

namespace vle {
namespace {

Result<> check_shapes(const Traces& traces) {
  for (const SignalTrace& signal : traces.signals) {
    const std::int64_t count = traces.batch * signal.samples * signal.neurons;
    if (static_cast<std::size_t>(count) != signal.size() || signal.samples != traces.signals.front().samples) {
      return fail(ErrorCode::kInvalidInput, "{}.{}: {} values for {} trials of {} samples of {} neurons",
                  signal.population, name_of(signal.signal), signal.size(), traces.batch, signal.samples,
                  signal.neurons);
    }
  }
  return {};
}

/// Batch, steps and channels of an array of 1 to 3 dimensions.
struct SignalShape {
  std::int64_t batch = 1;
  std::int64_t steps = 0;
  std::int64_t channels = 1;
};

Result<SignalShape> signal_shape(const Array& array, std::string_view what) {
  const std::vector<std::int64_t>& shape = array.shape;
  const std::optional<std::int64_t> count = io::count_of(shape);
  if (shape.empty() || shape.size() > 3 || !count || *count == 0 ||
      static_cast<std::size_t>(*count) != array.values.size()) {
    return fail(ErrorCode::kInvalidInput,
                "{} have the shape {}, need (steps), (steps, channels) or (batch, steps, channels), none of them 0",
                what, io::shape_in_words(shape));
  }
  switch (shape.size()) {
    case 1:
      return SignalShape{1, shape[0], 1};
    case 2:
      return SignalShape{1, shape[0], shape[1]};
    default:
      return SignalShape{shape[0], shape[1], shape[2]};
  }
}

}  // namespace

Result<> write_traces(const std::string& path, const Traces& traces) {
  if (Result<> shapes = check_shapes(traces); !shapes) return shapes;
  const std::string extension = io::extension_of(path);
  if (extension == ".h5") return io::write_traces_hdf5(path, traces);
  if (extension == ".csv") return io::write_traces_csv(path, traces);
  return fail(ErrorCode::kInvalidInput, "{}: unknown extension \"{}\"; traces are .h5 or .csv", path, extension);
}

Result<Stimulus> make_stimulus(const Array& inputs, const std::optional<Array>& targets) {
  const Result<SignalShape> input = signal_shape(inputs, "inputs");
  if (!input) return tl::unexpected(input.error());
  Stimulus stimulus{input->batch, input->steps, input->channels, 0, inputs.values, {}};
  if (!targets) return stimulus;
  const Result<SignalShape> target = signal_shape(*targets, "targets");
  if (!target) return tl::unexpected(target.error());
  if (target->batch != input->batch || target->steps != input->steps) {
    return fail(ErrorCode::kInvalidInput, "targets have {} trials of {} steps, the inputs have {} of {}", target->batch,
                target->steps, input->batch, input->steps);
  }
  stimulus.target_channels = target->channels;
  stimulus.targets = targets->values;
  return stimulus;
}

}  // namespace vle
