#include <vle/parameter_map/synapse_registers.hpp>

#include "image_reader.hpp"

namespace vle {
namespace {

/// Where the synapses of one projection stand.
class SynapseFinder {
 public:
  SynapseFinder(const ParameterMap& map, const RowTables& rows, const PlacedProjection& projection)
      : map_(map), rows_(rows), layout_(map.target, map.geometry), projection_(projection) {}

  Result<SynapseRegisters> find() const {
    SynapseRegisters found;
    const auto receivers = static_cast<std::uint32_t>(post().sites.size());
    for (std::uint32_t i = 0; i < receivers; ++i) {
      const std::size_t begin = projection_.is_dense ? 0 : projection_.row_start[i];
      const std::size_t end = projection_.is_dense ? senders() : projection_.row_start[i + 1];
      for (std::size_t k = begin; k < end; ++k) {
        const std::uint32_t sender = projection_.is_dense ? static_cast<std::uint32_t>(k) : projection_.column[k];
        if (Result<> added = add(i, sender, found); !added) return tl::unexpected(added.error());
      }
    }
    return found;
  }

 private:
  const PlacedPopulation& post() const { return map_.populations[static_cast<std::size_t>(projection_.to)]; }
  std::size_t from() const { return static_cast<std::size_t>(projection_.from.index); }
  std::size_t senders() const {
    return projection_.from.is_input ? static_cast<std::size_t>(map_.inputs[from()].size)
                                     : map_.populations[from()].sites.size();
  }
  std::size_t source_of(Site site) const {
    return static_cast<std::size_t>(map_.input_channels() + site.core * map_.geometry.columns + site.column);
  }

  Result<> add(std::uint32_t receiver, std::uint32_t sender, SynapseRegisters& found) const {
    const Site to = post().sites[receiver];
    const bool is_input = projection_.from.is_input;
    const std::size_t source = is_input ? static_cast<std::size_t>(map_.inputs[from()].first_channel + sender)
                                        : source_of(map_.populations[from()].sites[sender]);
    const std::int64_t row = rows_.forward[to.core][source];
    if (row < 0) return undriven(receiver, sender);
    found.receiver.push_back(receiver);
    found.forward.push_back(
        static_cast<std::uint32_t>(layout_.address(to.core, ParameterKind::kWeight, row, to.column)));
    if (is_input || projection_.backward == BackwardRule::kNone) return {};
    const Site back = map_.populations[from()].sites[sender];
    const std::int64_t back_row = rows_.backward[back.core][source_of(to)];
    if (back_row < 0) return undriven(receiver, sender);
    found.sender.push_back(sender);
    found.backward.push_back(
        static_cast<std::uint32_t>(layout_.address(back.core, ParameterKind::kBackwardWeight, back_row, back.column)));
    return {};
  }

  Result<> undriven(std::uint32_t receiver, std::uint32_t sender) const {
    return fail(ErrorCode::kInvalidInput, "register image: projection {}: no row drives the synapse from {} to {}",
                projection_.name, sender, receiver);
  }

  const ParameterMap& map_;
  const RowTables& rows_;
  RegisterLayout layout_;
  const PlacedProjection& projection_;
};

}  // namespace

Result<std::vector<SynapseRegisters>> find_synapse_registers(const ParameterMap& map) {
  const Result<RowTables> rows = ImageReader(map).row_tables();
  if (!rows) return tl::unexpected(rows.error());
  std::vector<SynapseRegisters> all;
  for (const PlacedProjection& projection : map.projections) {
    auto found = SynapseFinder(map, *rows, projection).find();
    if (!found) return tl::unexpected(found.error());
    all.push_back(std::move(*found));
  }
  return all;
}

double chip_weight_scale(const ParameterMap& map, const PlacedProjection& projection, bool backward) {
  const auto from = static_cast<std::size_t>(projection.from.index);
  const SignalScales& post = map.populations[static_cast<std::size_t>(projection.to)].scales;
  if (backward) return map.populations[from].scales.error / post.error;
  return post.membrane / (projection.from.is_input ? map.inputs[from].chip_scale : map.populations[from].scales.rate);
}

}  // namespace vle
