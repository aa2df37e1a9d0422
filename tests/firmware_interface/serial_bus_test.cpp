#include <gmock/gmock.h>

#include <deque>
#include <functional>

#include "chip_end.hpp"
#include "run_on_chip.hpp"
#include "serial_chip.h"
#include "subject.hpp"
#include "virtual_medium.hpp"

namespace vle::serial_chip {
namespace {

using link::test::subject_map;
using link::test::subject_stimulus;

/// A board's end of the bus and a chip's, with a line between them that loses what it is told to, and a clock that
/// moves a millisecond whenever nothing is under way.
class Bus {
 public:
  explicit Bus(std::size_t lost_every = 0) : lost_every_(lost_every) {
    const vle_serial_line line{[](void* c, const std::uint8_t* bytes, std::size_t count) {
                                 return of(c).send({bytes, count});
                               },
                               [](void* c, std::uint8_t* bytes, std::size_t most) {
                                 return of(c).receive({bytes, most});
                               },
                               [](void* c) { return of(c).now_us_; }, this};
    vle_serial_chip_init(&board_, &line);
    for (std::size_t i = 0; i < 2; ++i) board_.staging[i] = {memory_[i].data(), 65536, {}};
    restart_chip(40);
  }

  vle_serial_chip* board() { return &board_; }
  void restart_chip(std::uint16_t session) { chip_ = std::make_unique<ChipEnd>(spec_, session); }
  void cut() { is_cut_ = true; }
  /// Every command arrives twice from now on.
  void repeat_commands() { repeats_ = true; }
  std::size_t lost() const { return lost_; }

  /// Calls until the answer is there.
  vle_fw_status wait(const std::function<vle_fw_status()>& call) {
    for (int i = 0; i < 200'000; ++i) {
      const vle_fw_status status = call();
      if (status != VLE_FW_AGAIN) return status;
      vle_serial_chip_turn(&board_);
      if (to_board_.empty()) now_us_ += 1000;
    }
    return VLE_FW_AGAIN;
  }

  vle_fw_status meet() {
    return wait([this] { return vle_serial_chip_meet(&board_, &identity_); });
  }
  const vle_serial_identity& identity() const { return identity_; }

  vle_fw_status store(const vle_fw_upload& upload, const std::vector<std::uint8_t>& bytes) {
    if (const auto begun = vle_serial_object_begin(&board_, &upload); begun != VLE_FW_OK) return begun;
    vle_serial_object_write(&board_, upload.object, 0, bytes.data(), bytes.size());
    return wait([&] { return vle_serial_object_commit(&board_, upload.object); });
  }

  std::vector<std::uint8_t> read(vle_fw_object object, std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t at = 0; at < size; at += VLE_SERIAL_DATA) {
      const std::size_t count = std::min<std::size_t>(VLE_SERIAL_DATA, size - at);
      EXPECT_EQ(wait([&] {
                  return vle_serial_object_read(&board_, object, false, static_cast<std::uint32_t>(at),
                                                bytes.data() + at, count);
                }),
                VLE_FW_OK);
    }
    return bytes;
  }

 private:
  static Bus& of(void* context) { return *static_cast<Bus*>(context); }

  /// Bytes that are lost one by one.
  std::vector<std::uint8_t> weather(std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> left;
    for (const std::uint8_t byte : bytes) {
      if (lost_every_ != 0 && ++passed_ % lost_every_ == 0) {
        ++lost_;
      } else {
        left.push_back(byte);
      }
    }
    return left;
  }

  std::size_t send(std::span<const std::uint8_t> bytes) {
    const std::size_t taken = std::min<std::size_t>(bytes.size(), 100);  // as much as a ring has room for
    if (is_cut_) return taken;
    const auto there = weather(bytes.first(taken));
    const auto back = weather(chip_->receive(there));
    to_board_.insert(to_board_.end(), back.begin(), back.end());
    if (repeats_) {
      sent_.insert(sent_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
      if (sent_.back() == 0 && sent_.size() > 1) chip_->receive(std::exchange(sent_, {}));
    }
    return taken;
  }

  std::size_t receive(std::span<std::uint8_t> bytes) {
    const std::size_t count = std::min(bytes.size(), to_board_.size());
    std::copy_n(to_board_.begin(), count, bytes.begin());
    to_board_.erase(to_board_.begin(), to_board_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

  std::size_t lost_every_;
  std::size_t passed_ = 0;
  std::size_t lost_ = 0;
  bool is_cut_ = false;
  bool repeats_ = false;
  std::vector<std::uint8_t> sent_;
  std::uint32_t now_us_ = 0xFFFF0000U;  // wraps on the way
  std::deque<std::uint8_t> to_board_;
  std::array<std::vector<std::uint8_t>, 2> memory_{std::vector<std::uint8_t>(65536), std::vector<std::uint8_t>(65536)};
  board::BoardSpec spec_ = link::test::board_of(coarse_target());
  std::unique_ptr<ChipEnd> chip_;
  vle_serial_chip board_{};
  vle_serial_identity identity_{};
};

std::vector<std::uint8_t> bytes_of(const std::vector<std::uint16_t>& words) {
  std::vector<std::uint8_t> bytes;
  for (const std::uint16_t word : words) {
    bytes.push_back(static_cast<std::uint8_t>(word & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>(word >> 8));
  }
  return bytes;
}

vle_fw_upload image_of(const ParameterMap& map) {
  vle_fw_upload upload{};
  upload.object = VLE_FW_IMAGE;
  upload.size = static_cast<std::uint32_t>(2 * map.image.size());
  upload.cores = static_cast<std::uint32_t>(map.geometry.cores);
  upload.rows = static_cast<std::uint32_t>(map.geometry.rows);
  upload.columns = static_cast<std::uint32_t>(map.geometry.columns);
  upload.input_channels = static_cast<std::uint32_t>(map.geometry.input_channels);
  upload.target_channels = static_cast<std::uint32_t>(map.geometry.target_channels);
  upload.link_channels = static_cast<std::uint32_t>(map.geometry.link_channels);
  return upload;
}

void store_subject(Bus& bus, const StimulusCodes& codes) {
  ASSERT_EQ(bus.store(image_of(*subject_map()), bytes_of(subject_map()->image)), VLE_FW_OK);
  vle_fw_upload upload{};
  upload.object = VLE_FW_STIMULUS;
  upload.steps = static_cast<std::uint32_t>(codes.steps);
  upload.input_channels = static_cast<std::uint32_t>(codes.input_channels);
  upload.target_channels = static_cast<std::uint32_t>(codes.target_channels);
  std::vector<std::uint16_t> words;
  for (const std::int32_t code : codes.inputs) words.push_back(static_cast<std::uint16_t>(code & 0xFFFF));
  for (const std::int32_t code : codes.targets) words.push_back(static_cast<std::uint16_t>(code & 0xFFFF));
  upload.size = static_cast<std::uint32_t>(2 * words.size());
  ASSERT_EQ(bus.store(upload, bytes_of(words)), VLE_FW_OK);
}

/// Plays the stimulus and gives the codes of the first two columns.
std::vector<std::int32_t> play(Bus& bus, const StimulusCodes& codes) {
  const vle_fw_scan_range range{VLE_FW_SIGNAL_U, 0, 0, 2};
  vle_fw_run run{};
  run.steps = static_cast<std::uint32_t>(codes.steps);
  run.every = 1;
  run.nudging = codes.target_channels > 0;
  run.seed = 3;
  run.scan = &range;
  run.scan_count = 1;
  EXPECT_EQ(bus.wait([&] { return vle_serial_run_prepare(bus.board(), &run); }), VLE_FW_OK);
  std::vector<std::int32_t> samples;
  std::uint32_t steps_done = 0;
  const auto take = [&] {
    std::uint8_t bytes[100];
    while (const std::size_t count = vle_serial_run_samples(bus.board(), bytes, sizeof bytes)) {
      for (std::size_t i = 0; i < count; i += 2) {
        samples.push_back(static_cast<std::int16_t>(bytes[i] | bytes[i + 1] << 8));
      }
    }
  };
  EXPECT_EQ(bus.wait([&] {
    take();
    return vle_serial_run_step(bus.board(), &steps_done);
  }),
            VLE_FW_OK);
  take();
  EXPECT_EQ(steps_done, run.steps);
  return samples;
}

StimulusCodes subject_codes() {
  return encode_stimulus(*subject_map(), subject_stimulus(1, 300), 0);
}

std::vector<std::int32_t> played_on_a_sound_bus() {
  Bus bus;
  EXPECT_EQ(bus.meet(), VLE_FW_OK);
  store_subject(bus, subject_codes());
  return play(bus, subject_codes());
}

TEST(SerialBus, MeetsTheChip) {
  Bus bus;
  ASSERT_EQ(bus.meet(), VLE_FW_OK);
  EXPECT_EQ(bus.identity().chip_id, 7U);
  EXPECT_STREQ(bus.identity().target, coarse_target().name.c_str());
  EXPECT_STREQ(bus.identity().target_hash, coarse_target().hash.c_str());
  const std::string wanted = link::test::board_of(coarse_target()).description;
  ASSERT_EQ(bus.identity().description_size, wanted.size());
  std::vector<std::uint8_t> description(wanted.size());
  std::uint32_t done = 0;
  ASSERT_EQ(bus.wait([&] {
    return vle_serial_chip_describe(bus.board(), description.data(), bus.identity().description_size, &done);
  }),
            VLE_FW_OK);
  EXPECT_EQ(std::string(description.begin(), description.end()), wanted);
}

TEST(SerialBus, PlaysAsTheEmulatorDoes) {
  Bus bus;
  ASSERT_EQ(bus.meet(), VLE_FW_OK);
  store_subject(bus, subject_codes());
  EXPECT_EQ(bus.read(VLE_FW_IMAGE, 2 * subject_map()->image.size()), bytes_of(subject_map()->image));
  const std::vector<std::int32_t> samples = play(bus, subject_codes());
  EXPECT_EQ(samples.size(), 600U);
  emulator::ChipPort chip(coarse_target(), 7, {});
  ASSERT_TRUE(chip.load(subject_map()->geometry, subject_map()->image).has_value());
  emulator::ChipRun run;
  run.seed = 3;
  run.scan = {{Signal::kU, 0, 0, 2}};
  ASSERT_TRUE(chip.begin(run, subject_codes()).has_value());
  std::vector<std::int16_t> direct;
  while (chip.is_running()) chip.advance(1000, 1'000'000, direct);
  EXPECT_EQ(samples, std::vector<std::int32_t>(direct.begin(), direct.end()));
  std::array<vle_fw_counter, 20> counters{};
  EXPECT_GE(vle_serial_run_counters(bus.board(), counters.data(), counters.size()), 5U);
}

class LossyBus : public testing::TestWithParam<std::size_t> {};

TEST_P(LossyBus, ChangesNoResult) {
  Bus bus(GetParam());
  ASSERT_EQ(bus.meet(), VLE_FW_OK);
  store_subject(bus, subject_codes());
  EXPECT_EQ(play(bus, subject_codes()), played_on_a_sound_bus());
  EXPECT_GE(bus.lost(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Bytes, LossyBus, testing::Values(1009, 1511, 2003));

TEST(SerialBus, DoesNothingTwice) {
  Bus bus;
  ASSERT_EQ(bus.meet(), VLE_FW_OK);
  store_subject(bus, subject_codes());
  bus.repeat_commands();
  EXPECT_EQ(play(bus, subject_codes()), played_on_a_sound_bus());
}

TEST(SerialBus, NoticesAChipThatRestarted) {
  Bus bus;
  ASSERT_EQ(bus.meet(), VLE_FW_OK);
  store_subject(bus, subject_codes());
  bus.restart_chip(900);
  std::uint8_t words[4];
  EXPECT_EQ(bus.wait([&] { return vle_serial_registers_read(bus.board(), 0, words, 2); }), VLE_FW_FAULT);
  EXPECT_TRUE(vle_serial_chip_lost(bus.board()));
  EXPECT_EQ(bus.meet(), VLE_FW_OK);
  EXPECT_FALSE(vle_serial_chip_lost(bus.board()));
}

TEST(SerialBus, GivesUpOnALineThatIsDead) {
  Bus bus;
  ASSERT_EQ(bus.meet(), VLE_FW_OK);
  bus.cut();
  std::uint8_t words[4];
  EXPECT_EQ(bus.wait([&] { return vle_serial_registers_read(bus.board(), 0, words, 2); }), VLE_FW_FAULT);
  EXPECT_FALSE(vle_serial_chip_lost(bus.board()));
}

TEST(SerialBus, RefusesPiecesThatDoNotFitACommand) {
  Bus bus;
  ASSERT_EQ(bus.meet(), VLE_FW_OK);
  std::vector<std::uint8_t> bytes(2 * VLE_SERIAL_DATA);
  EXPECT_EQ(vle_serial_registers_read(bus.board(), 0, bytes.data(), VLE_SERIAL_DATA), VLE_FW_OUT_OF_RANGE);
  EXPECT_EQ(vle_serial_registers_write(bus.board(), 0, bytes.data(), VLE_SERIAL_DATA), VLE_FW_OUT_OF_RANGE);
  EXPECT_EQ(vle_serial_object_read(bus.board(), VLE_FW_IMAGE, false, 0, bytes.data(), bytes.size()),
            VLE_FW_OUT_OF_RANGE);
  const vle_fw_upload huge{VLE_FW_IMAGE, 65538, 1, 1, 1, 1, 1, 1, 1};
  EXPECT_EQ(vle_serial_object_begin(bus.board(), &huge), VLE_FW_OUT_OF_RANGE);
}

std::vector<std::uint8_t> frame_of(std::uint16_t session, std::uint16_t tag, std::vector<std::uint8_t> payload) {
  const vle_fw_header header{VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, session, tag, 0};
  std::vector<std::uint8_t> wire(VLE_FW_FRAME_BOUND(payload.size()));
  wire.resize(vle_fw_frame_encode(&header, payload.data(), payload.size(), wire.data(), wire.size()));
  return wire;
}

std::uint8_t status_of(std::vector<std::uint8_t> wire) {
  std::array<std::uint8_t, VLE_FW_FRAME_CONTENT(VLE_SERIAL_PAYLOAD)> buffer{};
  vle_fw_decoder decoder;
  vle_fw_frame frame{};
  std::size_t taken = 0;
  vle_fw_decoder_init(&decoder, buffer.data(), buffer.size());
  EXPECT_EQ(vle_fw_decoder_feed(&decoder, wire.data(), wire.size(), &taken, &frame), VLE_FW_DECODE_FRAME);
  return frame.payload[0];
}

TEST(ChipEnd, RefusesCommandsOfAnEarlierSession) {
  const board::BoardSpec spec = link::test::board_of(coarse_target());
  ChipEnd chip(spec, 10);
  EXPECT_EQ(status_of(chip.receive(frame_of(11, 1, {VLE_SERIAL_STOP}))), VLE_FW_WRONG_STATE);
  EXPECT_EQ(status_of(chip.receive(frame_of(0, 1, {VLE_SERIAL_IDENTITY}))), VLE_FW_OK);
  EXPECT_EQ(status_of(chip.receive(frame_of(11, 2, {VLE_SERIAL_STOP}))), VLE_FW_OK);
  EXPECT_EQ(status_of(chip.receive(frame_of(10, 3, {VLE_SERIAL_STOP}))), VLE_FW_WRONG_STATE);
}

// Whole frames of every command with bytes of every kind behind them: each is answered, and none does harm.
TEST(ChipEnd, AnswersWhateverComes) {
  board::BoardSpec spec = link::test::board_of(coarse_target());
  spec.image_words = spec.stimulus_bytes = 5000;
  ChipEnd chip(spec, 10);
  ASSERT_EQ(status_of(chip.receive(frame_of(0, 1, {VLE_SERIAL_IDENTITY}))), VLE_FW_OK);
  std::uint32_t state = 1;
  const auto draw = [&state](std::uint32_t bound) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8) % bound;
  };
  for (std::uint16_t tag = 2; tag < 4000; ++tag) {
    std::vector<std::uint8_t> payload{static_cast<std::uint8_t>(2 + draw(14))};
    payload.resize(1 + draw(60));
    const std::uint32_t bound = draw(2) == 0 ? 256 : 3;
    for (std::size_t i = 1; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(draw(bound));
    ASSERT_LE(status_of(chip.receive(frame_of(11, tag, payload))), VLE_FW_FAULT);
  }
}

}  // namespace
}  // namespace vle::serial_chip
