#include "acceptance.hpp"

#include <algorithm>
#include <vle/result/check.hpp>

#include "arguments.hpp"

namespace vle::app {

Result<double> parse_acceptance(std::string_view condition) {
  constexpr std::string_view kPrefix = "nrmse<";
  const auto limit =
      condition.starts_with(kPrefix) ? parse_number(condition.substr(kPrefix.size())) : std::optional<double>{};
  if (!limit || !(*limit > 0)) {
    return fail(ErrorCode::kInvalidInput, "--accept: \"{}\" is not of the form nrmse<X with X above 0, as in nrmse<0.1",
                condition);
  }
  return *limit;
}

Result<Acceptance> judge(const Traces& traces, const Traces& ideal, const std::vector<std::string>& judged,
                         double limit) {
  VLE_CHECK(traces.signals.size() == ideal.signals.size(), "{} signals against {}", traces.signals.size(),
            ideal.signals.size());
  Acceptance acceptance;
  acceptance.limit = limit;
  acceptance.met = true;
  for (std::size_t i = 0; i < traces.signals.size(); ++i) {
    const SignalTrace& trace = traces.signals[i];
    if (!judged.empty() && std::find(judged.begin(), judged.end(), trace.population) == judged.end()) continue;
    const auto nrmse = normalised_rms_error(trace, ideal.signals[i]);
    if (!nrmse) return fail(nrmse.error().code, "--accept: {}", nrmse.error().message);
    acceptance.distances.push_back({fmt::format("{}.{}", trace.population, name_of(trace.signal)), *nrmse});
    acceptance.worst = std::max(acceptance.worst, *nrmse);
    if (!(*nrmse < limit)) acceptance.met = false;  // not a number is not met either
  }
  return acceptance;
}

}  // namespace vle::app
