#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/report/plot.hpp>
#include <vle/result/result.hpp>

namespace vle {

/// One recorded neuron.
struct SignalReference {
  std::string population;
  Signal signal = Signal::kR;
  std::int64_t neuron = 0;
};

/// Parses `POPULATION.SIGNAL[NEURON]`, e.g. `hidden.r[3]`.
[[nodiscard]] Result<SignalReference> parse_signal_reference(std::string_view text);

/// What a comparison shows.
struct ComparisonOptions {
  std::vector<SignalReference> signals;  ///< empty: the first kDefaultPanels neurons that were recorded
  std::int64_t trial = 0;
  double from = 0;  ///< seconds
  double to = 0;    ///< seconds; not above `from`: to the end
  std::string title;
};
inline constexpr std::size_t kDefaultPanels = 8;

/// A plot of `device` over `ideal`, one panel a neuron with its normalised RMS error, below panels of the stimulus
/// where one is given. The errors are of the whole trial, whatever the window. Both must have the same dt; where the
/// device was recorded less often, the error counts the steps that it recorded. Errors (kInvalidInput): a signal or
/// trial that was not recorded, traces that cannot be compared.
[[nodiscard]] Result<Plot> compare_traces(const Traces& ideal, const Traces& device,
                                          const std::optional<Stimulus>& stimulus, const ComparisonOptions& options);

}  // namespace vle
