#include "loop_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vle {
namespace {

// tau_r/tau_m, or the ratio of the step coefficients a/b where that is larger.
double forward_lead(const Network& network, const Population& population, std::size_t i) {
  if (!population.lead_u.empty()) return std::abs(population.lead_u[i]);
  const double ratio = population.tau_r[i] / population.tau_m[i];
  if (network.integrator == Integrator::kEuler) return ratio;
  return std::max(ratio, std::expm1(-network.dt / population.tau_m[i]) / std::expm1(-network.dt / population.tau_r[i]));
}

double backward_lead(const Network& network, const Population& population, std::size_t i) {
  if (!population.lead_v.empty()) return std::abs(population.lead_v[i]);
  const double tau_v = population.tau_v.empty() ? population.tau_r[i] : population.tau_v[i];
  const double ratio = population.tau_m[i] / tau_v;
  if (network.integrator == Integrator::kEuler) return ratio;
  return std::max(ratio, std::expm1(-network.dt / tau_v) / std::expm1(-network.dt / population.tau_m[i]));
}

double factor(const Network& network, const Population& population, std::size_t i, bool is_error) {
  const double slope = max_phi_prime(population.activation);
  if (!is_error) return slope * forward_lead(network, population, i);
  const double lead = backward_lead(network, population, i);
  if (learns_gains(population.gain)) return slope * std::max(1.0, lead);
  return slope * (std::abs(population.g0[i]) + std::abs(population.g1[i]) * lead);
}

}  // namespace

LoopMatrix::LoopMatrix(const Network& network, LoopPart part) {
  const std::size_t count = network.populations.size();
  std::vector<std::size_t> rate_group(count);
  std::vector<std::size_t> error_group(count);
  for (std::size_t p = 0; p < count; ++p) {
    if (part != LoopPart::kBackward) rate_group[p] = add_group(network, p, false);
    if (part != LoopPart::kForward) error_group[p] = add_group(network, p, true);
  }
  for (const Projection& projection : network.projections) {
    if (projection.from.is_input) continue;
    const auto from = static_cast<std::size_t>(projection.from.index);
    const auto to = static_cast<std::size_t>(projection.to);
    const Synapses& synapses = projection.synapses;
    if (part != LoopPart::kBackward) {
      add_block(
          {rate_group[to], groups_[rate_group[from]].offset, &synapses, synapses.values.data(), false, 1, {}, {}, {}});
    }
    if (part != LoopPart::kForward && projection.backward != BackwardRule::kNone) {
      const bool is_transpose = projection.backward == BackwardRule::kTranspose;
      const double* values = is_transpose ? synapses.values.data() : projection.backward_values.data();
      add_block({error_group[from], groups_[error_group[to]].offset, &synapses, values, true, 1, {}, {}, {}});
    }
  }
  if (part != LoopPart::kJoint) return;
  for (std::size_t p = 0; p < count; ++p) {
    const double gamma = network.populations[p].gamma;
    if (gamma > 0)
      add_block({rate_group[p], groups_[error_group[p]].offset, nullptr, nullptr, false, gamma, {}, {}, {}});
  }
  for (const Output& output : network.outputs) {
    const auto p = static_cast<std::size_t>(output.population);
    if (output.beta == 0) continue;
    add_block(
        {error_group[p], groups_[rate_group[p]].offset, nullptr, nullptr, false, std::abs(output.beta), {}, {}, {}});
  }
}

std::size_t LoopMatrix::add_group(const Network& network, std::size_t population, bool is_error) {
  Group group;
  group.offset = row_factor_.size();
  group.population = static_cast<std::int64_t>(population);
  const Population& described = network.populations[population];
  for (std::size_t i = 0; i < static_cast<std::size_t>(described.size); ++i) {
    row_factor_.push_back(factor(network, described, i, is_error));
  }
  groups_.push_back(std::move(group));
  return groups_.size() - 1;
}

void LoopMatrix::add_block(Block block) {
  if (block.transposed && !block.synapses->is_dense()) index_transpose(block);
  groups_[block.group].blocks.push_back(blocks_.size());
  blocks_.push_back(std::move(block));
}

void LoopMatrix::index_transpose(Block& block) {
  const Synapses& synapses = *block.synapses;
  block.row_start.assign(static_cast<std::size_t>(synapses.pre_size) + 1, 0);
  for (const std::uint32_t sender : synapses.column) ++block.row_start[sender + 1];
  std::partial_sum(block.row_start.begin(), block.row_start.end(), block.row_start.begin());
  block.column.resize(synapses.column.size());
  block.synapse.resize(synapses.column.size());
  std::vector<std::uint32_t> fill(block.row_start.begin(), block.row_start.end() - 1);
  synapses.for_each([&](std::int64_t post, std::int64_t pre, std::size_t k) {
    const std::uint32_t slot = fill[static_cast<std::size_t>(pre)]++;
    block.column[slot] = static_cast<std::uint32_t>(post);
    block.synapse[slot] = static_cast<std::uint32_t>(k);
  });
}

std::size_t LoopMatrix::group_of(std::size_t node) const {
  const auto after = std::upper_bound(groups_.begin(), groups_.end(), node,
                                      [](std::size_t value, const Group& group) { return value < group.offset; });
  return static_cast<std::size_t>(after - groups_.begin()) - 1;
}

std::int64_t LoopMatrix::population_of(std::size_t node) const {
  return groups_[group_of(node)].population;
}

std::int64_t LoopMatrix::row_size(const Block& block, std::size_t row) {
  if (!block.synapses) return 1;
  if (block.synapses->is_dense()) return block.transposed ? block.synapses->post_size : block.synapses->pre_size;
  const std::vector<std::uint32_t>& start = block.transposed ? block.row_start : block.synapses->row_start;
  return start[row + 1] - start[row];
}

LoopMatrix::Entry LoopMatrix::entry(const Block& block, std::size_t row, std::int64_t position) {
  if (!block.synapses) return {static_cast<std::uint32_t>(block.column_offset + row), block.scale};
  const Synapses& synapses = *block.synapses;
  const auto place = static_cast<std::size_t>(position);
  std::size_t column = place;
  std::size_t synapse = 0;
  if (synapses.is_dense()) {
    const auto width = static_cast<std::size_t>(synapses.pre_size);
    synapse = block.transposed ? place * width + row : row * width + place;
  } else if (block.transposed) {
    column = block.column[block.row_start[row] + place];
    synapse = block.synapse[block.row_start[row] + place];
  } else {
    synapse = synapses.row_start[row] + place;
    column = synapses.column[synapse];
  }
  return {static_cast<std::uint32_t>(block.column_offset + column), std::abs(block.values[synapse])};
}

bool LoopMatrix::next(std::size_t node, Cursor& cursor, std::uint32_t& column) const {
  if (row_factor_[node] == 0) return false;
  const Group& group = groups_[group_of(node)];
  const std::size_t row = node - group.offset;
  for (; cursor.block < group.blocks.size(); ++cursor.block, cursor.position = 0) {
    const Block& block = blocks_[group.blocks[cursor.block]];
    const std::int64_t size = row_size(block, row);
    while (cursor.position < size) {
      const Entry found = entry(block, row, cursor.position++);
      if (found.value == 0) continue;
      column = found.column;
      return true;
    }
  }
  return false;
}

void LoopMatrix::multiply_diagonal(const Block& block, std::span<const std::uint32_t> component,
                                   std::span<const double> x, std::span<double> y) const {
  const std::size_t begin = groups_[block.group].offset;
  const std::size_t end = block.group + 1 < groups_.size() ? groups_[block.group + 1].offset : size();
  for (std::size_t row = 0; row < end - begin; ++row) {
    if (component[begin + row] == kNoComponent) continue;
    if (component[begin + row] == component[block.column_offset + row]) {
      y[begin + row] += block.scale * x[block.column_offset + row];
    }
  }
}

void LoopMatrix::multiply_rows(const Block& block, std::span<const std::uint32_t> component, std::span<const double> x,
                               std::span<double> y) const {
  const std::size_t begin = groups_[block.group].offset;
  for (std::int64_t i = 0; i < block.synapses->post_size; ++i) {
    const std::size_t row = begin + static_cast<std::size_t>(i);
    const std::uint32_t own = component[row];
    if (own == kNoComponent) continue;
    double sum = 0;
    block.synapses->for_each_of(i, [&](std::int64_t, std::int64_t j, std::size_t k) {
      const std::size_t column = block.column_offset + static_cast<std::size_t>(j);
      if (component[column] == own) sum += std::abs(block.values[k]) * x[column];
    });
    y[row] += sum;
  }
}

void LoopMatrix::multiply_transposed(const Block& block, std::span<const std::uint32_t> component,
                                     std::span<const double> x, std::span<double> y) const {
  const std::size_t begin = groups_[block.group].offset;
  for (std::int64_t i = 0; i < block.synapses->post_size; ++i) {
    const std::size_t column = block.column_offset + static_cast<std::size_t>(i);
    const std::uint32_t own = component[column];
    if (own == kNoComponent) continue;
    block.synapses->for_each_of(i, [&](std::int64_t, std::int64_t j, std::size_t k) {
      const std::size_t row = begin + static_cast<std::size_t>(j);
      if (component[row] == own) y[row] += std::abs(block.values[k]) * x[column];
    });
  }
}

void LoopMatrix::multiply_within(std::span<const std::uint32_t> component, std::span<const double> x,
                                 std::span<double> y) const {
  std::fill(y.begin(), y.end(), 0.0);
  for (const Block& block : blocks_) {
    if (!block.synapses) {
      multiply_diagonal(block, component, x, y);
    } else if (block.transposed) {
      multiply_transposed(block, component, x, y);
    } else {
      multiply_rows(block, component, x, y);
    }
  }
  for (std::size_t i = 0; i < size(); ++i) y[i] *= row_factor_[i];
}

double LoopMatrix::visits() const {
  double sum = static_cast<double>(size());
  for (const Block& block : blocks_) {
    if (block.synapses) sum += static_cast<double>(block.synapses->count());
  }
  return sum;
}

}  // namespace vle
