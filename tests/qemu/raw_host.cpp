#include "raw_host.hpp"

#include <vle/result/check.hpp>

#include "subject.hpp"
#include "upload.hpp"

namespace vle::qemu {
namespace {

template <class T>
void check(const Result<T>& result) {
  VLE_CHECK(result.has_value(), "{}", result.error().message);
}

}  // namespace

RawHost::RawHost(const DeskBoard& board)
    : medium_(link::make_medium(board.uri()).value()), session_(medium_, {}, kNonce) {
  check(session_.open());
}

void RawHost::load_subject(std::int64_t steps) {
  const std::shared_ptr<const ParameterMap> held = link::test::subject_map();
  const ParameterMap& map = *held;
  v1::UploadBeginRequest announced;
  announced.set_object(v1::LINK_OBJECT_IMAGE);
  v1::ImageGeometry& geometry = *announced.mutable_geometry();
  geometry.set_cores(static_cast<std::uint32_t>(map.geometry.cores));
  geometry.set_rows(static_cast<std::uint32_t>(map.geometry.rows));
  geometry.set_columns(static_cast<std::uint32_t>(map.geometry.columns));
  geometry.set_input_channels(static_cast<std::uint32_t>(map.geometry.input_channels));
  geometry.set_target_channels(static_cast<std::uint32_t>(map.geometry.target_channels));
  geometry.set_link_channels(static_cast<std::uint32_t>(map.geometry.link_channels));
  check(link::upload(session_, announced, link::little_endian<std::uint16_t>(map.image)));
  load_stimulus(encode_stimulus(map, link::test::subject_stimulus(1, steps), 0));
}

void RawHost::load_stimulus(const StimulusCodes& codes) {
  v1::UploadBeginRequest announced;
  announced.set_object(v1::LINK_OBJECT_STIMULUS);
  announced.mutable_shape()->set_steps(static_cast<std::uint32_t>(codes.steps));
  announced.mutable_shape()->set_input_channels(static_cast<std::uint32_t>(codes.input_channels));
  announced.mutable_shape()->set_target_channels(static_cast<std::uint32_t>(codes.target_channels));
  std::vector<std::uint8_t> bytes = link::little_endian<std::int32_t>(codes.inputs);
  const std::vector<std::uint8_t> targets = link::little_endian<std::int32_t>(codes.targets);
  bytes.insert(bytes.end(), targets.begin(), targets.end());
  check(link::upload(session_, announced, bytes));
}

void RawHost::start_long_run() {
  v1::LinkRequest request;
  request.mutable_run()->set_run_id(1);
  request.mutable_run()->set_steps(100);
  request.mutable_run()->set_settle_steps(100'000'000);
  request.mutable_run()->set_every(1);
  check(session_.ask(std::move(request)));
}

Result<v1::RunStateReply> RawHost::run_state() {
  v1::LinkRequest request;
  request.mutable_run_state();
  Result<v1::LinkReply> reply = session_.ask(std::move(request));
  if (!reply) return tl::unexpected(reply.error());
  return reply->run_state();
}

v1::StatsReply RawHost::stats() {
  v1::LinkRequest request;
  request.mutable_stats();
  return session_.ask(std::move(request)).value().stats();
}

}  // namespace vle::qemu
