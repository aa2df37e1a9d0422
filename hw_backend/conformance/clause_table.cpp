#include <vle/conformance/conformance.hpp>

namespace vle::conformance {
namespace {

constexpr Clause kClauses[] = {
    {"frame.crc", "A frame whose CRC is right is taken; one whose CRC is wrong is counted and not answered."},
    {"frame.code", "A frame that ends within a code, or before its CRC, is counted and not answered."},
    {"frame.resync", "Whatever came before, the frame behind the next 0x00 is understood."},
    {"frame.empty", "Empty frames mean nothing."},
    {"frame.pieces", "Frames come in any pieces: many in one, one in many."},
    {"frame.oversize", "A frame of more than `max_payload` bytes is counted and not answered."},
    {"frame.wire-version",
     "A whole frame of another wire version is answered with id 0 and `VERSION_MISMATCH`, and not done."},
    {"frame.kind", "A frame that is no request is never answered."},
    {"frame.header", "A board's frames carry wire version 1, its session, and a sequence that rises by 1."},
    {"frame.window",
     "A board takes as many bytes of unanswered frames as `credit` says, and `credit` is at most "
     "`rx_window`."},
    {"message.unreadable",
     "A whole frame whose message cannot be read, or passes a size of link.options, is "
     "answered with id 0 and `MALFORMED`."},
    {"message.id", "A request of id 0 is `MALFORMED`, an empty message among them."},
    {"message.unknown", "An unknown request is `UNSUPPORTED`; an unknown field is skipped."},
    {"message.hostile", "No message, whatever it holds, keeps a board from answering the next one."},
    {"stats.counts", "`StatsReply` counts what came and what was wrong with it."},
    {"timing.answer", "Heartbeat is answered within a quarter of `heartbeat_limit_ms`, whatever the board is at."},
    {"session.hello", "Hello of a version in common is `OK` on a free board, with a session that is not 0."},
    {"session.identity", "`HelloReply` says what the board is: target, its hash, boot id, firmware version."},
    {"session.limits",
     "The sizes in `HelloReply` fit together: a chunk fits a message, a frame fits the window, and "
     "the trace ring holds two blocks at least."},
    {"session.same", "The same nonce gets the same session again, over a new connection as well."},
    {"session.version",
     "Without a version in common Hello is `VERSION_MISMATCH` with the board's range, and the "
     "session stays as it was."},
    {"session.nonce", "Hello with nonce 0 is `MALFORMED`."},
    {"session.foreign", "A frame of another session is `NO_SESSION`, and nothing is done."},
    {"session.busy",
     "Another nonce gets `BUSY` and the name of who has the board, or a place of its own with nothing "
     "in it."},
    {"session.silence", "Whoever has been silent for `heartbeat_limit_ms` no longer keeps others from the board."},
    {"session.boot", "After a restart `boot_id` is another one, the cause is told, and nothing is loaded."},
    {"target.description",
     "The parts that GetTarget gives have the hash that it gives; beyond them is "
     "`OUT_OF_RANGE`."},
    {"repeat.answer", "A repeat of a request that changes something gets the answer of the first."},
    {"repeat.once", "A repeat is not done again."},
    {"repeat.stale", "A request that changes something, with an id below a later one's, is `STALE` and not done."},
    {"repeat.busy",
     "While a request takes long, its repeats get no other answer than its own, requests like it are "
     "`BUSY`, and Heartbeat says in `working_on` what the board is at."},
    {"upload.begin", "UploadBegin of something new is `FRESH`, at offset 0."},
    {"upload.chunk", "A chunk at `next_offset` is stored and moves it on."},
    {"upload.commit", "UploadCommit of what was announced is `COMMITTED`, and the board uses it from then on."},
    {"upload.match", "UploadBegin of what the board uses is `MATCH`."},
    {"upload.resume", "The same UploadBegin after a lost connection is `RESUME`, at the bytes stored."},
    {"upload.duplicate", "A chunk before `next_offset` is acknowledged and ignored."},
    {"upload.gap", "A chunk beyond `next_offset`, or a commit before the end, is `GAP` with `next_offset`."},
    {"upload.size", "A chunk beyond the announced size is `OUT_OF_RANGE`, and nothing of it is stored."},
    {"upload.chunk-size", "A chunk of more than `max_chunk` bytes, or of none, is refused."},
    {"upload.limits",
     "UploadBegin of more than the memory, of an odd size, or of a size that is not the shape's, is "
     "`OUT_OF_RANGE`; of no known object `MALFORMED`."},
    {"upload.hash", "UploadCommit of anything else than what was announced is `HASH_MISMATCH`; what is in use stays."},
    {"upload.forgotten", "Another UploadBegin forgets what was stored before."},
    {"upload.closed", "Chunk and commit without an open upload are `WRONG_STATE`."},
    {"upload.stale", "A chunk with an id below its UploadBegin's is `STALE`."},
    {"digest.read-back", "Digest gives size and SHA-256 of what is in use; of no known object `MALFORMED`."},
    {"registers.access",
     "What WriteRegisters wrote, ReadRegisters reads; without the feature both are "
     "`UNSUPPORTED`."},
    {"registers.range",
     "Registers beyond the image, none, or more than `register_words` are `OUT_OF_RANGE`, and none "
     "of them is written."},
    {"registers.layout", "Registers 0 and 1 cannot be written."},
    {"registers.words", "Half a word is `MALFORMED`."},
    {"registers.no-match", "An image that registers were written of no longer matches."},
    {"run.needs", "A run without image or stimulus is `WRONG_STATE`."},
    {"run.end", "A run plays its steps and ends as `DONE`, with all of them counted."},
    {"run.once", "A run id never starts twice: its repeat, under whatever request id, is answered with its state."},
    {"run.limits",
     "A run of no steps, of more than the stimulus or the board has, or with a scan beyond the image, is "
     "`OUT_OF_RANGE`; of run id 0 `MALFORMED`."},
    {"run.alone", "While a run goes on, uploads, registers, digests and other runs are `WRONG_STATE`."},
    {"run.abort", "Abort stops a run at once, in any state and as often as wished."},
    {"run.seed", "With the feature SEED equal seeds give equal traces."},
    {"safety.silence", "A run whose host is silent for `heartbeat_limit_ms` is stopped: `ABORTED`, `HOST_SILENT`."},
    {"safety.alive", "A run whose host sends Heartbeat every quarter of the limit goes on."},
    {"trace.blocks",
     "Every block but the last has `trace_block_bytes`, all together are the codes of the run, and the "
     "last says so."},
    {"trace.order", "Blocks come in the order of their index, from the first that was asked for."},
    {"trace.credit", "No more blocks come than were asked for."},
    {"trace.again", "A block that was not released comes again when asked for, with the same bytes."},
    {"trace.release",
     "Releasing what was not made, or asking for what is released, is `OUT_OF_RANGE`; blocks of "
     "another run are `WRONG_STATE`."},
    {"trace.pause", "With the feature PAUSE the chip waits while the ring is full, and no block is lost."},
    {"trace.gap", "Without PAUSE an overwritten block that is asked for comes as TraceGap."},
    {"trace.last", "A last block comes after every run, an aborted one included."},
};

}  // namespace

std::span<const Clause> clauses() {
  return kClauses;
}

std::string clause_page() {
  std::string page = "| clause | what a board does |\n|---|---|\n";
  for (const Clause& clause : kClauses) {
    page += fmt::format("| <a id=\"{0}\"></a>`{0}` | {1} |\n", clause.id, clause.rule);
  }
  return page;
}

}  // namespace vle::conformance
