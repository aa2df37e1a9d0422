#include <gmock/gmock.h>
#include <template_board.h>

#include <fstream>
#include <iterator>
#include <memory>

#include "reference_frame.hpp"
#include "source_path.hpp"
#include "vle/v1/link.pb.h"

namespace vle::firmware_interface {
namespace {

/// Sends a message and gives back the reply.
v1::LinkReply ask(template_board& board, const v1::LinkRequest& request) {
  const std::string text = request.SerializeAsString();
  const Bytes frame = encoded({VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, board.firmware.session.number, 0, 0},
                              Bytes(text.begin(), text.end()));
  board.sent_count = 0;
  template_turn(&board, frame.data(), frame.size());
  Bytes buffer(VLE_FW_FRAME_CONTENT(VLE_FW_MAX_PAYLOAD));
  vle_fw_decoder decoder;
  vle_fw_decoder_init(&decoder, buffer.data(), buffer.size());
  std::size_t taken = 0;
  vle_fw_frame reply;
  v1::LinkReply message;
  EXPECT_EQ(vle_fw_decoder_feed(&decoder, board.sent, board.sent_count, &taken, &reply), VLE_FW_DECODE_FRAME);
  EXPECT_TRUE(message.ParseFromArray(reply.payload, static_cast<int>(reply.count)));
  return message;
}

TEST(TemplatePort, AnswersAHostAsItStands) {
  const auto board = std::make_unique<template_board>();
  ASSERT_TRUE(template_start(board.get(), 1));
  v1::LinkRequest request;
  request.set_id(1);
  request.mutable_hello()->set_version_min(1);
  request.mutable_hello()->set_version_max(1);
  request.mutable_hello()->set_client_nonce(1);
  EXPECT_EQ(ask(*board, request).hello().target(), "bench_board");
  request.set_id(2);
  request.mutable_heartbeat();
  EXPECT_EQ(ask(*board, request).heartbeat().state(), v1::RUN_STATE_IDLE);
}

TEST(TemplatePort, IsWhatThePageShows) {
  const auto text_of = [](const std::string& path) {
    std::ifstream file(test::source_path(path));
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  };
  const std::string page = text_of("docs/firmware.md");
  const std::string fence = "```c\n";
  const auto at = page.find(fence);
  ASSERT_NE(at, std::string::npos);
  const std::string shown = page.substr(at + fence.size(), page.find("```", at + 5) - at - fence.size());
  EXPECT_THAT(text_of("firmware_interface/ports/template/template_board.c"), testing::HasSubstr(shown));
}

}  // namespace
}  // namespace vle::firmware_interface
