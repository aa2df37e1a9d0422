#include <algorithm>
#include <vle/random/philox.hpp>
#include <vle/random/stream.hpp>

#include "imperfections/deviations.hpp"
#include "trial.hpp"

namespace vle::emulator {
namespace {

struct ChangingOffset {
  OffsetKind kind;
  Constant constant;
};
constexpr ChangingOffset kChangingOffsets[] = {{OffsetKind::kS, Constant::kBias},
                                               {OffsetKind::kR, Constant::kOffsetR},
                                               {OffsetKind::kEpsilon, Constant::kOffsetEpsilon},
                                               {OffsetKind::kE, Constant::kOffsetE}};

/// The constants that fade stand first.
constexpr auto kFading = static_cast<std::size_t>(Constant::kOffsetEpsilon);

}  // namespace

void Trial::prepare_core(std::size_t c) {
  const Chip& chip = *plan_.chip;
  const CoreArrays& arrays = chip.cores[c];
  const std::size_t width = arrays.width();
  CoreState& core = cores_[c];
  for (auto* array :
       {&core.signals.u, &core.signals.v, &core.signals.r, &core.signals.epsilon, &core.signals.e, &core.signals.s,
        &core.lookahead, &core.error_lead, &core.slope, &core.target, &core.no_nudging}) {
    array->assign(width, 0.0f);
  }
  core.noise.assign(2 * width, 0.0f);
  core.forward_rows.assign(arrays.forward.inputs.size(), 0.0f);
  core.backward_rows.assign(arrays.backward.inputs.size(), 0.0f);
  if (!arrays.skew.empty()) core.before = core.signals;
  core.settled = &arrays.constants;
  core.slopes = &arrays.slopes;
  if (chip.redraws()) {
    core.own = arrays.constants;
    core.own_slopes = arrays.slopes;
    for (std::size_t column = 0; column < width; ++column) redraw(c, column);
    core.settled = &core.own;
    core.slopes = &core.own_slopes;
  }
  if (refresh_substeps_ > 0 || temporal_offsets_) core.moving = *core.settled;
  if (temporal_offsets_) normals_.resize(std::max(normals_.size(), width));
  core.tables = chip.tables(c, core.constants());
}

void Trial::redraw(std::size_t c, std::size_t column) {
  const CoreArrays& arrays = plan_.chip->cores[c];
  if (!arrays.neurons[column].in_use) return;
  const NeuronValues values = redrawn(arrays.neurons[column], arrays.silicon, run_key(plan_.options->seed), number_,
                                      static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(column));
  fold(values, arrays.silicon, column, cores_[c].own);
  if (cores_[c].own_slopes.size() > 0) fold_droop(values, arrays.silicon, column, cores_[c].own_slopes);
}

void Trial::move_constants(std::size_t c) {
  CoreState& core = cores_[c];
  const std::size_t width = core.settled->width();
  if (refresh_substeps_ > 0) {
    const double since_refresh =
        static_cast<double>(substep_ % refresh_substeps_) * plan_.chip->target->substep().value;
    plan_.kernels->fade(core.settled->data(), core.slopes->data(), static_cast<float>(since_refresh),
                        static_cast<std::uint32_t>(kFading * width), core.moving.data());
  }
  if (!temporal_offsets_) return;
  const auto key = philox_key(plan_.options->seed);
  const NoisePosition position{{key[0], key[1]},
                               static_cast<std::uint32_t>(substep_),
                               number_,
                               static_cast<std::uint32_t>(c) * plan_.chip->groups_per_core};
  for (const ChangingOffset& changing : kChangingOffsets) {
    const Deviation& offset = offset_of(*plan_.chip->target, changing.kind);
    if (offset.kind != Deviation::Kind::kTemporal || offset.sigma == 0) continue;
    const std::uint32_t stream =
        static_cast<std::uint32_t>(Stream::kOffsetNoise) | (static_cast<std::uint32_t>(changing.kind) + 1) << 8;
    plan_.kernels->fill_normals(position, stream, static_cast<std::uint32_t>(width / 4), normals_.data());
    const bool has_faded = refresh_substeps_ > 0 && static_cast<std::size_t>(changing.constant) < kFading;
    const float* from = has_faded ? core.moving.row(changing.constant) : core.settled->row(changing.constant);
    const auto sigma = static_cast<float>(offset.sigma);
    for (std::size_t i = 0; i < width; ++i) {
      if (plan_.chip->cores[c].neurons[i].in_use) core.moving.at(changing.constant, i) = from[i] + sigma * normals_[i];
    }
  }
}

}  // namespace vle::emulator
