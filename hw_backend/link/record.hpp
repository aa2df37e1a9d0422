#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>
#include <vle/link/transport.hpp>

namespace vle::link {

// A record of a session: a first line `vle-link-record 1 NONCE`, then pieces as they went over the link:
//
//     u8 direction ('>' to the board, '<' from it, '!' connected) | u64 microseconds | u32 size | bytes
//
// little endian. NONCE is who the host was to the board.

/// One piece of a record.
struct RecordedPiece {
  char direction = '>';
  std::uint64_t microseconds = 0;  ///< since the first connection
  std::vector<std::uint8_t> bytes;
};

struct LinkRecord {
  std::uint64_t client_nonce = 0;
  std::vector<RecordedPiece> pieces;
};

/// A medium that writes down every byte of `inner`. Errors (kIo): the file cannot be made.
[[nodiscard]] Result<std::unique_ptr<Medium>> make_recording_medium(std::unique_ptr<Medium> inner,
                                                                    const std::string& path,
                                                                    std::uint64_t client_nonce);

/// Reads a record; one that was cut, by a crash say, ends at its last whole piece.
[[nodiscard]] Result<LinkRecord> read_link_record(const std::string& path);

/// The board of a record: answers what it answered then to what it was asked then. A question that is not in the record
/// is an error.
[[nodiscard]] std::unique_ptr<Medium> make_replay_medium(const LinkRecord& record, std::string name);

}  // namespace vle::link
