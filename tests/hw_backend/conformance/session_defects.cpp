#include "defect.hpp"

namespace vle::conformance::test {
namespace {

bool is_of_another(const FakeBoard& board, const v1::LinkRequest& request) {
  return request.has_hello() && request.hello().client_nonce() != board.core.session.client_nonce;
}

/// Does a repeat of its last request again instead of answering from memory.
bool does_repeats(FakeBoard& board, v1::LinkRequest& request) {
  auto& session = board.core.session;
  if (request.id() == session.cached_id && session.cached_id != 0) {
    session.newest_mutation = session.cached_id - 1;
    session.cached_id = 0;
  }
  return true;
}

/// Does what was overtaken.
bool does_what_is_late(FakeBoard& board, v1::LinkRequest& request) {
  auto& session = board.core.session;
  if (request.id() < session.newest_mutation) session.newest_mutation = request.id() - 1;
  return true;
}

bool takes_any_session(FakeBoard& board, Bytes& frame) {
  std::optional<OpenFrame> open = open_frame(frame);
  if (!open || !open->crc_is_right || open->header.kind != VLE_FW_KIND_REQUEST) return true;
  open->header.session = board.core.session.number;
  frame = closed_frame(*open);
  return true;
}

}  // namespace

std::vector<Defect> session_defects() {
  std::vector<Defect> list(11);
  list[0] = defect("RepeatsAreNotAnsweredFromMemory", "repeat.answer");
  list[0].after_turn = [](FakeBoard& board) { board.core.session.cached_id = 0; };
  list[1] = defect("RepeatsAreDoneAgain", "repeat.once");
  list[1].on_request = does_repeats;
  list[2] = defect("LateRequestsAreDone", "repeat.stale");
  list[2].on_request = does_what_is_late;
  list[3] = defect("BootIdIsConstant", "session.boot", "boot_id");
  list[3].after_turn = [](FakeBoard& board) { board.core.board.boot_id = 1; };
  list[4] = defect("LetsInTwo", "session.busy");
  list[4].on_request = [](FakeBoard& board, v1::LinkRequest& request) {
    if (is_of_another(board, request)) board.core.session.silent = true;
    return true;
  };
  list[5] = defect("NeverLetsGo", "session.silence");
  list[5].on_request = [](FakeBoard& board, v1::LinkRequest& request) {
    if (is_of_another(board, request) && board.core.session.active) board.core.session.silent = false;
    return true;
  };
  list[6] = defect("HelloMakesANewSession", "session.same");
  list[6].on_request = [](FakeBoard& board, v1::LinkRequest& request) {
    if (request.has_hello() && !is_of_another(board, request) && request.hello().version_min() <= 1 &&
        request.hello().version_max() >= 1) {
      board.core.session.client_nonce = 1;
      board.core.session.silent = true;
    }
    return true;
  };
  list[7] = defect("TakesEveryVersion", "session.version");
  list[7].on_request = [](FakeBoard&, v1::LinkRequest& request) {
    if (request.has_hello()) request.mutable_hello()->set_version_min(1);
    if (request.has_hello()) request.mutable_hello()->set_version_max(1);
    return true;
  };
  list[8] = defect("TakesEverySession", "session.foreign");
  list[8].on_frame = takes_any_session;
  list[9] = defect("NoRoomForAStimulus", "session.limits", "memory");
  list[9].on_answer = [](FakeBoard&, OpenFrame frame) {
    v1::LinkReply reply;
    if (frame.header.kind == VLE_FW_KIND_REPLY && reply.ParseFromString(frame.message) && reply.has_hello()) {
      reply.mutable_hello()->mutable_limits()->set_stimulus_bytes(0);
      frame.message = reply.SerializeAsString();
    }
    return std::vector{frame};
  };
  list[10] = defect("NobodyKnowsItsTarget", "session.identity", "target_hash");
  list[10].set_up = [](FakeBoard& board) { board.board.target_hash = ""; };
  return list;
}

}  // namespace vle::conformance::test
