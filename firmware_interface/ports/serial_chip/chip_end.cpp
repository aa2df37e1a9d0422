#include "chip_end.hpp"

#include <algorithm>

#include "command_reader.hpp"

namespace vle::serial_chip {
namespace {

constexpr std::size_t kHashDigits = 64;
constexpr std::size_t kLongestName = 31;
constexpr std::size_t kMostCounters = 32;

/// An object's number as a command gives it; nothing for one that there is not.
bool is_object(std::uint8_t object) {
  return object == VLE_FW_IMAGE || object == VLE_FW_STIMULUS;
}

void put_text(std::vector<std::uint8_t>& data, const std::string& text, std::size_t most) {
  data.insert(data.end(), text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(text.size(), most)));
}

}  // namespace

ChipEnd::ChipEnd(const board::BoardSpec& spec, std::uint16_t session)
    : spec_(spec), bus_(spec, std::make_shared<board::ChipTurn>()), session_(session) {
  restart_line();
}

void ChipEnd::restart_line() {
  vle_fw_decoder_init(&decoder_, received_.data(), received_.size());
}

std::vector<std::uint8_t> ChipEnd::receive(std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> answers;
  while (!bytes.empty()) {
    std::size_t taken = 0;
    vle_fw_frame frame{};
    const auto result = vle_fw_decoder_feed(&decoder_, bytes.data(), bytes.size(), &taken, &frame);
    bytes = bytes.subspan(taken);
    // A damaged frame is as good as none: the board asks again.
    if (result != VLE_FW_DECODE_FRAME || frame.header.kind != VLE_FW_KIND_REQUEST || frame.count == 0) continue;
    const std::vector<std::uint8_t> one = answer(frame);
    answers.insert(answers.end(), one.begin(), one.end());
  }
  return answers;
}

std::vector<std::uint8_t> ChipEnd::answer(const vle_fw_frame& frame) {
  const std::span<const std::uint8_t> command(frame.payload, frame.count);
  const bool meets = command.front() == VLE_SERIAL_IDENTITY;
  const bool is_repeat = is_met_ && frame.header.session == last_.session && frame.header.sequence == last_.sequence;
  if (is_repeat) return last_answer_;
  const bool is_stranger = !meets && (!is_met_ || frame.header.session != session_);
  const std::vector<std::uint8_t> payload =
      is_stranger ? std::vector<std::uint8_t>{VLE_FW_WRONG_STATE} : carry_out(command);
  const vle_fw_header header{VLE_FW_WIRE_VERSION, VLE_FW_KIND_REPLY, session_, frame.header.sequence, 0};
  std::vector<std::uint8_t> wire(VLE_FW_FRAME_BOUND(payload.size()));
  wire.resize(vle_fw_frame_encode(&header, payload.data(), payload.size(), wire.data(), wire.size()));
  if (is_stranger) return wire;
  last_ = frame.header;
  last_answer_ = wire;
  return wire;
}

std::vector<std::uint8_t> ChipEnd::carry_out(std::span<const std::uint8_t> bytes) {
  CommandReader command(bytes.subspan(1));
  std::vector<std::uint8_t> data{VLE_FW_OK};
  vle_fw_status status = VLE_FW_OK;
  switch (bytes.front()) {
    case VLE_SERIAL_IDENTITY:
      status = open_session(data);
      break;
    case VLE_SERIAL_DESCRIPTION:
      status = describe(command, data);
      break;
    case VLE_SERIAL_BEGIN:
      status = begin(command);
      break;
    case VLE_SERIAL_WRITE:
      status = write(command);
      break;
    case VLE_SERIAL_COMMIT: {
      const std::uint8_t object = command.u8();
      is_prepared_ = false;
      status = is_object(object) ? bus_.commit_object(static_cast<vle_fw_object>(object)) : VLE_FW_OUT_OF_RANGE;
      break;
    }
    case VLE_SERIAL_READ:
      status = read(command, data);
      break;
    case VLE_SERIAL_WRITE_REGISTERS: {
      const std::uint32_t address = command.u32();
      is_prepared_ = false;
      status = bus_.write_registers(address, command.rest());
      break;
    }
    case VLE_SERIAL_READ_REGISTERS:
      status = read_registers(command, data);
      break;
    case VLE_SERIAL_PREPARE:
      status = prepare(command);
      break;
    case VLE_SERIAL_STEP:
      status = step(data);
      break;
    case VLE_SERIAL_SAMPLES:
      status = is_prepared_ ? progress(data) : VLE_FW_WRONG_STATE;
      break;
    case VLE_SERIAL_COUNTERS:
      put_counters(data);
      break;
    case VLE_SERIAL_STOP:
      is_prepared_ = false;
      bus_.stop();
      break;
    default:
      status = VLE_FW_UNSUPPORTED;
      break;
  }
  if (status != VLE_FW_OK) data.resize(1);
  data.front() = static_cast<std::uint8_t>(status);
  return data;
}

/// A board meets its chip after each of its restarts. Commands of the time before are strangers from then on.
vle_fw_status ChipEnd::open_session(std::vector<std::uint8_t>& data) {
  bus_.stop();
  is_prepared_ = false;
  is_met_ = true;
  ++session_;
  put_number(data, spec_.chip_id, 8);
  put_number(data, spec_.image_words, 4);
  put_number(data, spec_.stimulus_bytes, 4);
  put_number(data, spec_.steps_max, 4);
  put_number(data, spec_.description.size(), 4);
  put_text(data, spec_.target.hash, kHashDigits);
  data.resize(1 + std::size_t{VLE_SERIAL_IDENTITY_BYTES});
  put_text(data, spec_.target.name, kLongestName);
  return VLE_FW_OK;
}

vle_fw_status ChipEnd::describe(CommandReader& command, std::vector<std::uint8_t>& data) const {
  const std::size_t offset = command.u32();
  if (!command.is_whole() || offset > spec_.description.size()) return VLE_FW_OUT_OF_RANGE;
  put_text(data, spec_.description.substr(offset), VLE_SERIAL_DATA);
  return VLE_FW_OK;
}

vle_fw_status ChipEnd::begin(CommandReader& command) {
  vle_fw_upload upload{};
  const std::uint8_t object = command.u8();
  upload.object = static_cast<vle_fw_object>(object);
  for (std::uint32_t* field : {&upload.size, &upload.cores, &upload.rows, &upload.columns, &upload.input_channels,
                               &upload.target_channels, &upload.link_channels, &upload.steps}) {
    *field = command.u32();
  }
  if (!command.is_whole() || !is_object(object)) return VLE_FW_OUT_OF_RANGE;
  const bool fits = object == VLE_FW_IMAGE ? upload.size / 2 <= spec_.image_words : upload.size <= spec_.stimulus_bytes;
  return fits ? bus_.begin_object(upload) : VLE_FW_OUT_OF_RANGE;
}

vle_fw_status ChipEnd::write(CommandReader& command) {
  const std::uint8_t object = command.u8();
  const std::uint32_t offset = command.u32();
  if (!is_object(object)) return VLE_FW_OUT_OF_RANGE;
  return bus_.write_object(static_cast<vle_fw_object>(object), offset, command.rest());
}

vle_fw_status ChipEnd::read(CommandReader& command, std::vector<std::uint8_t>& data) {
  const std::uint8_t object = command.u8();
  const std::uint32_t offset = command.u32();
  const std::size_t count = command.u32();
  if (!command.is_whole() || !is_object(object) || count > VLE_SERIAL_DATA) return VLE_FW_OUT_OF_RANGE;
  data.resize(1 + count);
  return bus_.read_object(static_cast<vle_fw_object>(object), false, offset, std::span(data).subspan(1));
}

vle_fw_status ChipEnd::read_registers(CommandReader& command, std::vector<std::uint8_t>& data) const {
  const std::uint32_t address = command.u32();
  const std::size_t count = command.u32();
  if (!command.is_whole() || count > VLE_SERIAL_DATA / 2) return VLE_FW_OUT_OF_RANGE;
  data.resize(1 + 2 * count);
  return bus_.read_registers(address, std::span(data).subspan(1));
}

vle_fw_status ChipEnd::prepare(CommandReader& command) {
  vle_fw_run run{};
  run.steps = command.u32();
  run.settle_steps = command.u32();
  run.every = command.u32();
  run.seed = command.u64();
  run.trial = command.u32();
  run.nudging = command.u8() != 0;
  std::vector<vle_fw_scan_range> scan(command.u8());
  for (vle_fw_scan_range& range : scan) {
    const std::uint8_t signal = command.u8();
    if (signal < VLE_FW_SIGNAL_U || signal > VLE_FW_SIGNAL_S) return VLE_FW_OUT_OF_RANGE;
    range.signal = static_cast<vle_fw_signal>(signal);
    range.core = command.u32();
    range.first_column = command.u32();
    range.count = command.u32();
  }
  if (!command.is_whole() || run.steps == 0 || run.every == 0) return VLE_FW_OUT_OF_RANGE;
  run.scan = scan.data();
  run.scan_count = scan.size();
  is_finished_ = false;
  steps_done_ = 0;
  const vle_fw_status status = bus_.prepare(run);
  is_prepared_ = status == VLE_FW_OK;
  return status;
}

/// While samples wait, the chip stands still.
vle_fw_status ChipEnd::step(std::vector<std::uint8_t>& data) {
  if (!is_prepared_) return VLE_FW_WRONG_STATE;
  if (!is_finished_ && bus_.samples_waiting() == 0) is_finished_ = bus_.step(steps_done_) == VLE_FW_OK;
  return progress(data);
}

vle_fw_status ChipEnd::progress(std::vector<std::uint8_t>& data) {
  std::vector<std::uint8_t> samples(VLE_SERIAL_DATA);
  samples.resize(bus_.take_samples(samples));
  put_number(data, is_finished_ ? 1 : 0, 1);
  put_number(data, steps_done_, 4);
  put_number(data, bus_.samples_waiting(), 4);
  data.insert(data.end(), samples.begin(), samples.end());
  return VLE_FW_OK;
}

void ChipEnd::put_counters(std::vector<std::uint8_t>& data) const {
  std::array<vle_fw_counter, kMostCounters> counters{};
  const std::size_t count = bus_.counters(counters);
  for (std::size_t i = 0; i < count; ++i) {
    put_number(data, counters[i].kind, 1);
    put_number(data, counters[i].count, 8);
  }
}

}  // namespace vle::serial_chip
