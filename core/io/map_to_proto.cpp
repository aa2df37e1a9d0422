#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>

#include <limits>
#include <vle/digest/digest.hpp>
#include <vle/io/files.hpp>
#include <vle/result/check.hpp>

#include "declared_type.hpp"
#include "map_proto.hpp"
#include "network_enums.hpp"
#include "target_proto.hpp"

namespace vle {
namespace io {
namespace {

std::uint32_t narrow(std::int64_t value) {
  return static_cast<std::uint32_t>(value);
}

void write_geometry(const Geometry& geometry, v1::Geometry& out) {
  out.set_cores(narrow(geometry.cores));
  out.set_rows(narrow(geometry.rows));
  out.set_columns(narrow(geometry.columns));
  out.set_input_channels(narrow(geometry.input_channels));
  out.set_target_channels(narrow(geometry.target_channels));
  out.set_link_channels(narrow(geometry.link_channels));
}

void write_input(const PlacedInput& input, v1::PlacedInput& out) {
  out.set_name(input.name);
  out.set_size(narrow(input.size));
  out.set_first_channel(narrow(input.first_channel));
  out.mutable_dac()->set_scale(input.dac.scale);
  out.mutable_dac()->set_offset(input.dac.offset);
  out.set_chip_scale(input.chip_scale);
}

void write_population(const PlacedPopulation& population, v1::PlacedPopulation& out) {
  out.set_name(population.name);
  out.set_activation(to_proto(population.activation));
  for (const Site& site : population.sites) {
    out.add_core(site.core);
    out.add_column(site.column);
  }
  out.set_membrane_scale(population.scales.membrane);
  out.set_rate_scale(population.scales.rate);
  out.set_error_scale(population.scales.error);
  out.mutable_rate_factor()->Assign(population.rate_factors.begin(), population.rate_factors.end());
  if (!population.is_output) return;
  out.set_loss(to_proto(population.loss));
  out.set_first_target_channel(narrow(population.first_target_channel));
}

void write_projection(const PlacedProjection& projection, v1::PlacedProjection& out) {
  out.set_name(projection.name);
  out.set_from_input(projection.from.is_input);
  out.set_from(narrow(projection.from.index));
  out.set_to(narrow(projection.to));
  out.set_backward(to_proto(projection.backward));
  out.set_dense(projection.is_dense);
  out.mutable_row_start()->Assign(projection.row_start.begin(), projection.row_start.end());
  out.mutable_sender()->Assign(projection.column.begin(), projection.column.end());
}

void write_learning(const LearningProgram& learning, v1::ParameterMap& map) {
  if (learning.period == 0 && learning.rates.empty() && learning.remarks.empty()) return;
  v1::LearningProgram& out = *map.mutable_learning();
  out.set_period_seconds(learning.period);
  for (const RealisedRate& rate : learning.rates) {
    v1::RealisedRate& written = *out.add_rate();
    written.set_owner(rate.owner);
    written.set_quantity(rate.quantity);
    written.set_unit(rate.unit);
    written.set_target(rate.target);
    written.set_least(rate.least);
    written.set_largest(rate.largest);
  }
  for (const std::string& remark : learning.remarks) out.add_remark(remark);
}

void write_block(const LedgerBlock& block, v1::LedgerBlock& out) {
  out.set_owner(block.owner);
  out.set_kind(to_proto(block.kind));
  out.set_unit(block.unit);
  out.mutable_target()->Assign(block.target.begin(), block.target.end());
  out.mutable_code()->Assign(block.code.begin(), block.code.end());
  out.set_range(block.range.data(), block.range.size());
  out.mutable_realised()->Assign(block.realised.begin(), block.realised.end());
  out.mutable_lsb()->Assign(block.lsb.begin(), block.lsb.end());
  out.mutable_receiver_start()->Assign(block.receiver_start.begin(), block.receiver_start.end());
  for (const LossEntry& loss : block.losses) {
    out.add_loss_element(loss.element);
    out.add_loss_reason(static_cast<v1::LossReason>(static_cast<int>(loss.reason) + v1::CLIPPED));
  }
}

std::string little_endian_bytes(const std::vector<std::uint16_t>& words) {
  std::string bytes;
  bytes.reserve(words.size() * 2);
  for (const std::uint16_t word : words) {
    bytes += static_cast<char>(word & 0xFF);
    bytes += static_cast<char>(word >> 8);
  }
  return bytes;
}

}  // namespace

v1::ParameterMap to_proto(const ParameterMap& map) {
  v1::ParameterMap out;
  out.set_format_version(kMapFormatVersion);
  out.set_tool_version(map.tool_version);
  out.set_network_name(map.network_name);
  out.set_network_hash(map.network_hash);
  out.set_target_hash(map.target.hash);
  out.set_calibration_hash(map.calibration_hash);
  if (map.calibrated_chip_id) out.set_calibrated_chip_id(*map.calibrated_chip_id);
  *out.mutable_target() = to_proto(map.target);
  write_geometry(map.geometry, *out.mutable_geometry());
  out.mutable_timing()->set_dt_seconds(map.timing.dt);
  out.mutable_timing()->set_substeps_per_step(narrow(map.timing.substeps_per_step));
  out.mutable_timing()->set_speed_up(map.timing.speed_up);
  out.set_lead_bandwidth_hertz(map.lead_bandwidth);
  for (const PlacedInput& input : map.inputs) write_input(input, *out.add_input());
  for (const PlacedPopulation& population : map.populations) write_population(population, *out.add_population());
  for (const PlacedProjection& projection : map.projections) write_projection(projection, *out.add_projection());
  out.mutable_crossings()->set_rate_channels(narrow(map.crossings.rate_channels));
  out.mutable_crossings()->set_error_channels(narrow(map.crossings.error_channels));
  out.mutable_crossings()->set_latency_substeps(narrow(map.crossings.latency_substeps));
  out.set_image(little_endian_bytes(map.image));
  for (const LedgerBlock& block : map.ledger) write_block(block, *out.add_ledger());
  write_learning(map.learning, out);
  out.set_content_hash(content_hash_of(out));
  return out;
}

std::string deterministic_bytes(const v1::ParameterMap& map) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  VLE_CHECK(map.SerializeToCodedStream(&coded), "a parameter map of {} bytes cannot be serialised", map.ByteSizeLong());
  coded.Trim();
  return bytes;
}

std::string content_hash_of(v1::ParameterMap map) {
  map.clear_content_hash();
  return Digest().add(std::string_view(deterministic_bytes(map))).hex();
}

}  // namespace io

std::string serialise_map(const ParameterMap& map) {
  return io::deterministic_bytes(io::to_proto(map));
}

std::string dump_map_text(const ParameterMap& map) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseShortRepeatedPrimitives(true);
  std::string text;
  VLE_CHECK(printer.PrintToString(io::to_proto(map), &text), "a parameter map cannot be printed");
  return fmt::format("{} vle.v1.ParameterMap\n{}", io::kTextHeader, text);
}

Result<> write_map(const std::string& path, const ParameterMap& map) {
  const v1::ParameterMap message = io::to_proto(map);
  if (const std::size_t bytes = message.ByteSizeLong(); bytes > std::numeric_limits<std::int32_t>::max()) {
    return fail(ErrorCode::kUnsupported,
                "{}: a parameter map of {} bytes is above the 2 GiB that a protobuf file holds", path, bytes);
  }
  return write_file(path, io::deterministic_bytes(message));
}

}  // namespace vle
