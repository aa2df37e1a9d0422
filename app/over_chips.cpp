#include "over_chips.hpp"

#include <algorithm>
#include <atomic>
#include <vle/result/check.hpp>
#include <vle/training/parallel.hpp>

namespace vle::app {
namespace {

using Rows = std::vector<std::vector<AblationRow>>;

class ReplayingBackend final : public Backend {
 public:
  explicit ReplayingBackend(Traces traces) : traces_(std::move(traces)) {}

  DeviceInfo info() const override { return {}; }
  Result<> load(std::shared_ptr<const ParameterMap>) override { return refuse(); }
  Result<> load(std::shared_ptr<const Network>) override { return refuse(); }
  Result<Traces> run(const Stimulus&, const RunOptions&) override { return traces_; }

 private:
  static tl::unexpected<Error> refuse() { return fail(ErrorCode::kUnsupported, "recorded traces take no program"); }

  Traces traces_;
};

template <class Distance>
std::optional<SampleSummary> summary_of(const Rows& rows, std::size_t variant, const Distance& distance) {
  std::vector<double> values;
  for (const std::vector<AblationRow>& chip : rows) {
    if (const std::optional<double> value = distance(chip[variant])) values.push_back(*value);
  }
  if (values.size() < rows.size()) return std::nullopt;
  return summarise(std::move(values));
}

double power_of(const std::vector<AblationRow>& chip, std::size_t variant) {
  const double distance = chip[variant].pooled.value_or(0);
  return distance * distance;
}

/// Means over the chips drawn: what `variant` adds to `base` (itself: its own), by what `whole` has.
double share_of(const Rows& rows, std::span<const std::size_t> drawn, std::size_t variant, std::size_t base,
                std::size_t whole) {
  double added = 0;
  double all = 0;
  for (const std::size_t chip : drawn) {
    added += power_of(rows[chip], variant) - (variant == base ? 0 : power_of(rows[chip], base));
    all += power_of(rows[chip], whole);
  }
  return all > 0 ? added / all : 0;
}

}  // namespace

Result<std::size_t> for_each_chip(ChipRange chips, int threads, const std::stop_token& stop,
                                  const std::function<void(std::int64_t done, std::int64_t total)>& progress,
                                  const std::function<Result<>(std::size_t k, std::uint64_t chip)>& work) {
  const std::size_t count = chips.count();
  std::vector<char> is_done(count, 0);
  std::vector<std::optional<Error>> errors(count);
  std::atomic<std::int64_t> done{0};
  std::atomic<bool> has_failed{false};
  training::run_each(count, threads, stop, [&](std::size_t k) {
    if (has_failed) return;
    if (Result<> worked = work(k, chips.first + k); !worked) {
      errors[k] = worked.error();
      has_failed = true;
      return;
    }
    is_done[k] = stop.stop_requested() ? 0 : 1;
    if (progress) progress(++done, static_cast<std::int64_t>(count));
  });
  for (std::size_t k = 0; k < count; ++k) {
    if (errors[k]) return fail(errors[k]->code, "chip {}: {}", chips.first + k, errors[k]->message);
  }
  return static_cast<std::size_t>(std::find(is_done.begin(), is_done.end(), 0) - is_done.begin());
}

std::vector<EffectCost> attribute(const Rows& rows) {
  std::vector<EffectCost> costs;
  if (rows.empty()) return costs;
  const std::vector<AblationRow>& names = rows.front();
  const auto place_of = [&](std::string_view name) {
    const auto found =
        std::find_if(names.begin(), names.end(), [&](const AblationRow& row) { return row.name == name; });
    return static_cast<std::size_t>(found - names.begin());
  };
  const std::size_t base = place_of("quantised");
  const std::size_t whole = place_of("all");
  VLE_CHECK(base < names.size() && whole < names.size(), "an ablation has the variants quantised and all");
  std::vector<std::size_t> every(rows.size());
  for (std::size_t chip = 0; chip < every.size(); ++chip) every[chip] = chip;
  for (std::size_t variant = 1; variant < names.size(); ++variant) {
    EffectCost cost;
    cost.name = names[variant].name;
    for (std::size_t output = 0; output < names[variant].outputs.size(); ++output) {
      cost.outputs.push_back(
          summary_of(rows, variant, [output](const AblationRow& row) { return row.outputs[output]; }));
    }
    cost.pooled = summary_of(rows, variant, [](const AblationRow& row) { return row.pooled; });
    if (cost.pooled && variant != whole) {
      const auto share = [&](std::span<const std::size_t> drawn) {
        return share_of(rows, drawn, variant, base, whole);
      };
      cost.share = share(every);
      cost.share_interval = bootstrap(rows.size(), share);
    }
    costs.push_back(std::move(cost));
  }
  return costs;
}

std::unique_ptr<Backend> make_replaying_backend(Traces traces) {
  return std::make_unique<ReplayingBackend>(std::move(traces));
}

}  // namespace vle::app
