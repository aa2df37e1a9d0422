#include <algorithm>
#include <limits>

#include "passes.hpp"

namespace vle {
namespace {

/// One core while it fills. A copy is a point to return to.
class OpenCore {
 public:
  /// `index`: of the core on the chip. Dead neurons of the chip are passed over.
  OpenCore(const Network& network, const Sources& sources, const ChipConverters& converters, std::uint32_t index,
           std::int64_t columns, std::int64_t rows)
      : network_(&network),
        sources_(&sources),
        converters_(&converters),
        index_(index),
        column_limit_(columns),
        row_limit_(rows),
        forward_(static_cast<std::size_t>(sources.count())),
        backward_(static_cast<std::size_t>(sources.count())),
        dense_forward_(network.projections.size()),
        dense_backward_(network.projections.size()) {}

  /// Adds a neuron with the rows it needs, or changes nothing.
  bool add(std::int64_t population, std::int64_t neuron) {
    const std::int64_t column = next_column();
    if (column >= column_limit_) return false;
    const std::vector<std::int64_t> forward = new_forward(population, neuron);
    const std::vector<std::int64_t> backward = new_backward(population, neuron);
    if (forward_rows_ + static_cast<std::int64_t>(forward.size()) > row_limit_ ||
        backward_rows_ + static_cast<std::int64_t>(backward.size()) > row_limit_) {
      return false;
    }
    for (const std::int64_t source : forward) forward_[static_cast<std::size_t>(source)] = true;
    for (const std::int64_t source : backward) backward_[static_cast<std::size_t>(source)] = true;
    forward_rows_ += static_cast<std::int64_t>(forward.size());
    backward_rows_ += static_cast<std::int64_t>(backward.size());
    for (const std::size_t p : sources_->incoming(population)) dense_forward_[p] = true;
    for (const std::size_t p : sources_->returning(population)) dense_backward_[p] = true;
    columns_ = column + 1;
    ++neurons_;
    return true;
  }

  std::int64_t neurons() const { return neurons_; }
  /// Where the next neuron goes; may lie beyond the last column.
  std::int64_t next_column() const {
    std::int64_t column = columns_;
    while (column < column_limit_ && converters_->is_dead(index_, static_cast<std::uint32_t>(column))) ++column;
    return column;
  }
  Placement::Core close() const {
    Placement::Core core;
    core.columns = columns_;
    for (std::int64_t source = 0; source < sources_->count(); ++source) {
      if (forward_[static_cast<std::size_t>(source)]) core.forward.push_back(source);
      if (backward_[static_cast<std::size_t>(source)]) core.backward.push_back(source);
    }
    return core;
  }

 private:
  std::vector<std::int64_t> new_forward(std::int64_t population, std::int64_t neuron) const {
    std::vector<std::int64_t> found;
    for (const std::size_t p : sources_->incoming(population)) {
      const Projection& projection = network_->projections[p];
      if (projection.synapses.is_dense() && dense_forward_[p]) continue;
      projection.synapses.for_each_of(neuron, [&](std::int64_t, std::int64_t pre, std::size_t) {
        const std::int64_t source = sources_->of_sender(projection, pre);
        if (!forward_[static_cast<std::size_t>(source)]) found.push_back(source);
      });
    }
    return found;
  }

  std::vector<std::int64_t> new_backward(std::int64_t population, std::int64_t neuron) const {
    std::vector<std::int64_t> found;
    const auto consider = [&](std::int64_t to, std::int64_t post) {
      const std::int64_t source = sources_->of_neuron(to, post);
      if (!backward_[static_cast<std::size_t>(source)]) found.push_back(source);
    };
    for (const std::size_t p : sources_->returning(population)) {
      const Projection& projection = network_->projections[p];
      if (projection.synapses.is_dense()) {
        if (dense_backward_[p]) continue;
        for (std::int64_t post = 0; post < projection.synapses.post_size; ++post) consider(projection.to, post);
      } else {
        for (const std::uint32_t post : sources_->receivers(p, neuron)) consider(projection.to, post);
      }
    }
    return found;
  }

  const Network* network_;
  const Sources* sources_;
  const ChipConverters* converters_;
  std::uint32_t index_;
  std::int64_t column_limit_;
  std::int64_t row_limit_;
  std::int64_t columns_ = 0;  ///< up to the last one that is taken
  std::int64_t neurons_ = 0;
  std::int64_t forward_rows_ = 0;
  std::int64_t backward_rows_ = 0;
  std::vector<bool> forward_;
  std::vector<bool> backward_;
  std::vector<bool> dense_forward_;  ///< all senders of a dense projection are among the rows
  std::vector<bool> dense_backward_;
};

}  // namespace

// Populations in order of declaration. One stays together where it fits what is left of a core, or an empty core; else
// it fills core after core.
Result<Placement> place(const Network& network, const Target& target, const Sources& sources,
                        const ChipConverters& converters) {
  constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();
  Placement placement;
  placement.sites.resize(network.populations.size());
  const auto open = [&] {
    return OpenCore(network, sources, converters, static_cast<std::uint32_t>(placement.cores.size()),
                    target.is_elastic() ? kUnlimited : target.columns,
                    target.is_elastic() ? kUnlimited : target.rows / target.rows_per_source());
  };
  OpenCore core = open();
  const auto close = [&] {
    placement.cores.push_back(core.close());
    core = open();
  };
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const Population& population = network.populations[p];
    const auto put = [&](std::int64_t neuron) {
      const auto column = static_cast<std::uint32_t>(core.next_column());
      if (!core.add(static_cast<std::int64_t>(p), neuron)) return false;
      placement.sites[p].push_back({static_cast<std::uint32_t>(placement.cores.size()), column});
      return true;
    };
    const auto put_whole = [&] {
      const OpenCore before = core;
      for (std::int64_t neuron = 0; neuron < population.size; ++neuron) {
        if (put(neuron)) continue;
        core = before;
        placement.sites[p].clear();
        return false;
      }
      return true;
    };
    if (put_whole()) continue;
    if (core.neurons() > 0) {
      const OpenCore before = core;
      close();
      if (put_whole()) continue;
      core = before;  // it is split anyway: fill what is left first
      placement.cores.pop_back();
    }
    for (std::int64_t neuron = 0; neuron < population.size; ++neuron) {
      bool placed = put(neuron);
      while (!placed && static_cast<std::int64_t>(placement.cores.size()) <= target.max_cores()) {
        close();  // again where every neuron of a core is dead
        placed = put(neuron);
      }
      if (!placed) break;  // no core is left: refused below
    }
  }
  close();
  if (static_cast<std::int64_t>(placement.cores.size()) > target.max_cores()) {
    return fail(
        ErrorCode::kDoesNotFit,
        "network \"{}\": {} neurons need {} cores, but {} has {} ({} neurons and {} signed rows each); use fewer "
        "neurons or fewer signals per core",
        network.name, network.neuron_count(), placement.cores.size(), target.name, target.max_cores(), target.columns,
        target.rows / target.rows_per_source());
  }
  return placement;
}

}  // namespace vle
