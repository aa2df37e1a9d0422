#pragma once

#include <vle/firmware/firmware.h>

// The pieces of the core and what they want of each other.

/// link.c: the reply to the request at hand goes through link.message.reply. `text` is for people, or NULL.
vle_v1_LinkReply* vle_fw_reply_begin(vle_fw* fw, uint32_t id, vle_v1_LinkStatus status, const char* text);
/// Encodes the reply and has it sent as soon as the transmitter is free.
void vle_fw_reply_end(vle_fw* fw);
/// Both, for a reply without a body.
void vle_fw_reply(vle_fw* fw, uint32_t id, vle_v1_LinkStatus status, const char* text);
/// Sends the last reply to a mutation once more.
void vle_fw_reply_again(vle_fw* fw);
/// Sends link.message.event. The transmitter must be free (vle_fw_can_send_event()).
void vle_fw_send_event(vle_fw* fw);
bool vle_fw_can_send_event(const vle_fw* fw);
/// Hands bytes to the transmitter.
void vle_fw_drain(vle_fw* fw);

/// session.c
void vle_fw_on_hello(vle_fw* fw, uint32_t id, const vle_v1_HelloRequest* hello);
/// A frame of the session has come.
void vle_fw_session_heard(vle_fw* fw);
/// Lets go of a client that has been silent for too long.
void vle_fw_session_watch(vle_fw* fw);

/// dispatch.c: does what link.request asks for.
void vle_fw_dispatch(vle_fw* fw);
/// The status that a function of the board amounts to; VLE_FW_AGAIN counts as busy.
vle_v1_LinkStatus vle_fw_link_status(vle_fw_status status);

/// Why the board refused: its own words where it has some, else `text`.
const char* vle_fw_refusal(const vle_fw* fw, const char* text);

/// upload.c
void vle_fw_on_upload_begin(vle_fw* fw, uint32_t id, const vle_v1_UploadBeginRequest* begin);
void vle_fw_on_upload_chunk(vle_fw* fw, uint32_t id, const vle_v1_UploadChunkRequest* chunk);
void vle_fw_on_upload_commit(vle_fw* fw, uint32_t id);
void vle_fw_reply_upload(vle_fw* fw, uint32_t id, vle_v1_UploadVerdict verdict);
/// The object in use; NULL for a number that names none.
vle_fw_content* vle_fw_content_of(vle_fw* fw, uint32_t object);

/// work.c: what may take longer than one turn. One piece of it, if there is any, and its reply when it is over.
void vle_fw_work_start(vle_fw* fw, vle_fw_work_kind kind, uint32_t id, vle_fw_object object, uint32_t count);
void vle_fw_work_turn(vle_fw* fw);
void vle_fw_work_cancel(vle_fw* fw);
/// A commit is being worked on.
bool vle_fw_hashing(const vle_fw* fw);

/// registers.c
void vle_fw_on_write_registers(vle_fw* fw, uint32_t id, const vle_v1_WriteRegistersRequest* write);
void vle_fw_on_read_registers(vle_fw* fw, uint32_t id, const vle_v1_ReadRegistersRequest* read);

/// run.c
void vle_fw_on_run(vle_fw* fw, uint32_t id, const vle_v1_RunRequest* request);
void vle_fw_reply_run_state(vle_fw* fw, uint32_t id, vle_v1_LinkStatus status, const char* text, bool counters);
/// Armed or running.
bool vle_fw_run_active(const vle_fw* fw);
/// Stops a run, if there is one.
void vle_fw_run_halt(vle_fw* fw, vle_v1_RunState state, vle_v1_HaltCause cause);
/// Steps of the run that were played, settling not included.
uint32_t vle_fw_steps_played(const vle_fw* fw);
void vle_fw_run_turn(vle_fw* fw);

/// trace.c
void vle_fw_trace_reset(vle_fw* fw);
/// Takes samples from the chip into the ring. True: the chip has none left, and may go on.
bool vle_fw_trace_pull(vle_fw* fw);
uint32_t vle_fw_trace_blocks_made(const vle_fw* fw);
void vle_fw_on_trace(vle_fw* fw, uint32_t id, const vle_v1_TraceRequest* request);
/// Sends the next block that was asked for, if it is there.
void vle_fw_trace_turn(vle_fw* fw);
bool vle_fw_trace_to_send(const vle_fw* fw);
