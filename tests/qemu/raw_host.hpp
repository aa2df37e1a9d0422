#pragma once

#include <vle/backend/stimulus_codes.hpp>

#include "desk_board.hpp"
#include "session.hpp"
#include "watched_medium.hpp"

namespace vle::qemu {

/// A host that knows what it says to the board, frame by frame, and may keep silent.
class RawHost {
 public:
  static constexpr std::uint64_t kNonce = 99;

  explicit RawHost(const DeskBoard& board);

  link::Session& session() { return session_; }
  const WatchedMedium& medium() const { return medium_; }
  void keep_silent(link::Duration time) { medium_.pause(medium_.now() + time); }

  /// Brings the subject's image and a stimulus of `steps` steps onto the board.
  void load_subject(std::int64_t steps);
  /// The image of load_subject() with a stimulus of its own.
  void load_stimulus(const StimulusCodes& codes);
  /// Starts a run that settles for so long that nobody waits for its end.
  void start_long_run();
  Result<v1::RunStateReply> run_state();
  v1::StatsReply stats();

 private:
  WatchedMedium medium_;
  link::Session session_;
};

}  // namespace vle::qemu
