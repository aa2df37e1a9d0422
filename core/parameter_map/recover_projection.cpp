#include "recover_projection.hpp"

#include <algorithm>

namespace vle {
namespace {

/// One end of a projection: where its elements are found, and how its signals are scaled.
struct ProjectionEnd {
  std::vector<Site> sites;            ///< of neurons; empty for an input
  std::vector<std::int64_t> sources;  ///< as RowTables number them
  SignalScales scales;
};

ProjectionEnd population_end(const ParameterMap& map, std::int64_t index) {
  const PlacedPopulation& population = map.populations[static_cast<std::size_t>(index)];
  ProjectionEnd end{population.sites, {}, population.scales};
  const std::int64_t inputs = map.input_channels();
  for (const Site site : end.sites) end.sources.push_back(inputs + site.core * map.geometry.columns + site.column);
  return end;
}

ProjectionEnd sending_end(const ParameterMap& map, const PlacedProjection& placed) {
  if (!placed.from.is_input) return population_end(map, placed.from.index);
  const PlacedInput& input = map.inputs[static_cast<std::size_t>(placed.from.index)];
  ProjectionEnd end;
  for (std::int64_t channel = 0; channel < input.size; ++channel) end.sources.push_back(input.first_channel + channel);
  end.scales.rate = input.chip_scale;
  return end;
}

/// Model weights of one array, column by column: word times column gain, in the scales of both ends.
class WeightReader {
 public:
  /// `rows`: of every core, by source. A model weight is the chip's times `up` over `down`.
  WeightReader(const ParameterMap& map, bool backward, const std::vector<std::vector<std::int64_t>>& rows,
               const ProjectionEnd& receivers, const ProjectionEnd& senders, double up, double down)
      : columns_(map, backward ? ParameterKind::kBackwardWeight : ParameterKind::kWeight),
        rows_by_core_(rows),
        receivers_(receivers),
        senders_(senders),
        up_(up),
        down_(down) {
    const ImageReader image(map);
    const ParameterKind gain = backward ? ParameterKind::kBackwardColumnGain : ParameterKind::kColumnGain;
    for (const Site site : receivers.sites) gains_.push_back(image.value(gain, site));
  }

  /// The weights of one receiver, from every sender.
  void read_dense(std::size_t receiver, std::span<double> weights) {
    const Site site = receivers_.sites[receiver];
    columns_.read(site, rows_of_senders(site.core), weights);
    const double gain = gains_[receiver];
    for (double& weight : weights) weight = weight * gain * up_ / down_;
  }

  /// One weight.
  double read(std::size_t receiver, std::size_t sender) {
    const Site site = receivers_.sites[receiver];
    double weight = 0;
    columns_.read(site, std::span(rows_of_senders(site.core)).subspan(sender, 1), {&weight, 1});
    return weight * gains_[receiver] * up_ / down_;
  }

 private:
  const std::vector<std::int64_t>& rows_of_senders(std::uint32_t core) {
    if (core_ == core && !rows_.empty()) return rows_;
    core_ = core;
    rows_.clear();
    for (const std::int64_t source : senders_.sources) {
      rows_.push_back(rows_by_core_[core][static_cast<std::size_t>(source)]);
    }
    return rows_;
  }

  ColumnReader columns_;
  const std::vector<std::vector<std::int64_t>>& rows_by_core_;
  const ProjectionEnd& receivers_;
  const ProjectionEnd& senders_;
  double up_;
  double down_;
  std::vector<double> gains_;  ///< of the receivers' columns
  std::uint32_t core_ = 0;
  std::vector<std::int64_t> rows_;  ///< of the senders, in core `core_`
};

void read_forward(WeightReader& reader, Synapses& synapses) {
  const auto senders = static_cast<std::size_t>(synapses.pre_size);
  if (synapses.is_dense()) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(synapses.post_size); ++i) {
      reader.read_dense(i, std::span(synapses.values).subspan(i * senders, senders));
    }
    return;
  }
  synapses.for_each([&](std::int64_t post, std::int64_t pre, std::size_t k) {
    synapses.values[k] = reader.read(static_cast<std::size_t>(post), static_cast<std::size_t>(pre));
  });
}

/// B is stored by its senders, as W is by its receivers: some columns at a time, so that both are read and written in
/// whole cache lines.
void read_backward(WeightReader& reader, const Synapses& synapses, std::vector<double>& values) {
  constexpr std::size_t kColumns = 16;
  const auto receivers = static_cast<std::size_t>(synapses.pre_size);
  const auto senders = static_cast<std::size_t>(synapses.post_size);
  if (!synapses.is_dense()) {
    synapses.for_each([&](std::int64_t post, std::int64_t pre, std::size_t k) {
      values[k] = reader.read(static_cast<std::size_t>(pre), static_cast<std::size_t>(post));
    });
    return;
  }
  std::vector<double> columns(kColumns * senders);
  for (std::size_t first = 0; first < receivers; first += kColumns) {
    const std::size_t count = std::min(kColumns, receivers - first);
    for (std::size_t c = 0; c < count; ++c) {
      reader.read_dense(first + c, std::span(columns).subspan(c * senders, senders));
    }
    for (std::size_t i = 0; i < senders; ++i) {
      for (std::size_t c = 0; c < count; ++c) values[i * receivers + first + c] = columns[c * senders + i];
    }
  }
}

}  // namespace

Projection recover_projection(const ParameterMap& map, const RowTables& rows, const PlacedProjection& placed) {
  const ProjectionEnd post = population_end(map, placed.to);
  const ProjectionEnd pre = sending_end(map, placed);
  Projection projection{placed.name, placed.from, placed.to, {}, placed.backward, {}, false};
  Synapses& synapses = projection.synapses;
  synapses.post_size = static_cast<std::int64_t>(post.sources.size());
  synapses.pre_size = static_cast<std::int64_t>(pre.sources.size());
  synapses.row_start = placed.row_start;
  synapses.column = placed.column;
  synapses.values.resize(placed.is_dense ? post.sources.size() * pre.sources.size() : placed.column.size());
  WeightReader forward(map, false, rows.forward, post, pre, pre.scales.rate, post.scales.membrane);
  read_forward(forward, synapses);
  if (placed.from.is_input || placed.backward == BackwardRule::kNone) return projection;
  projection.backward = BackwardRule::kFixedRandom;
  projection.backward_values.resize(synapses.values.size());
  WeightReader backward(map, true, rows.backward, pre, post, post.scales.error, pre.scales.error);
  read_backward(backward, synapses, projection.backward_values);
  return projection;
}

}  // namespace vle
