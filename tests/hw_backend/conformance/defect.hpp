#pragma once

#include <vle/firmware/frame.h>
#include <vle/v1/link.pb.h>

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "../../firmware_interface/fake_board.hpp"
#include "core_medium.hpp"

namespace vle::conformance::test {

using firmware_interface::FakeBoard;

/// A frame taken apart, its CRC right or not.
struct OpenFrame {
  vle_fw_header header{};
  std::string message;
  bool crc_is_right = false;
};
/// Nothing where the code is broken, or too short.
[[nodiscard]] std::optional<OpenFrame> open_frame(const Bytes& frame);
[[nodiscard]] Bytes closed_frame(const OpenFrame& frame);

/// Something that is wrong with a firmware: what is done to a sound one, around its core or within, to make it so.
struct Defect {
  std::string name;
  std::string clause;                                            ///< that it breaks
  std::string hint;                                              ///< a word that the author is told; empty: any
  std::function<void(FakeBoard&)> set_up;                        ///< before anything comes
  std::function<void(Bytes&)> on_bytes;                          ///< each write of the host
  std::function<bool(FakeBoard&, Bytes&)> on_frame;              ///< each frame of the host; false: swallowed
  std::function<bool(FakeBoard&, v1::LinkRequest&)> on_request;  ///< each readable request; false: swallowed
  std::uint32_t heartbeat_delay_us = 0;                          ///< before a Heartbeat is looked at
  std::function<void(FakeBoard&)> after_turn;
  std::function<std::vector<OpenFrame>(FakeBoard&, OpenFrame)> on_answer;  ///< each frame of the board
};

/// For GoogleTest.
inline void PrintTo(const Defect& defect, std::ostream* out) {
  *out << defect.name;
}

/// One that does nothing yet.
[[nodiscard]] Defect defect(std::string name, std::string clause = "", std::string hint = "");

/// All that the suite must find.
[[nodiscard]] const std::vector<Defect>& defects();
[[nodiscard]] std::vector<Defect> wire_defects();
[[nodiscard]] std::vector<Defect> session_defects();
[[nodiscard]] std::vector<Defect> upload_defects();
[[nodiscard]] std::vector<Defect> run_defects();

/// The board with the defect, as a firmware.
[[nodiscard]] CoreInProcess core_of(std::shared_ptr<FakeBoard> board, const Defect& defect);

}  // namespace vle::conformance::test
