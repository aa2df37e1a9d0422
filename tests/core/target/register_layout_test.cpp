#include <gtest/gtest.h>

#include <set>
#include <vle/target/register_layout.hpp>

#include "targets.hpp"

namespace vle {
namespace {

constexpr Geometry kGeometry{3, 16, 8, 4, 2, 5};

TEST(RegisterLayout, EveryRegisterHasAnAddressOfItsOwnAndNoneIsLeftOver) {
  const Target target = coarse_target(3);
  const RegisterLayout layout(target, kGeometry);
  std::set<std::size_t> addresses{RegisterLayout::kVersionAddress, RegisterLayout::kSubstepsAddress};
  std::size_t count = addresses.size();
  const auto add = [&](std::size_t address) {
    addresses.insert(address);
    ++count;
  };
  for (std::int64_t core = 0; core < kGeometry.cores; ++core) {
    for (const RegisterBlock block : {RegisterBlock::kControl, RegisterBlock::kTargetSource}) {
      for (std::int64_t i = 0; i < kGeometry.columns; ++i) add(layout.address(core, block, i));
    }
    for (const RegisterBlock block : {RegisterBlock::kRowSource, RegisterBlock::kBackwardRowSource}) {
      for (std::int64_t i = 0; i < kGeometry.rows; ++i) add(layout.address(core, block, i));
    }
    for (const RegisterBlock block : {RegisterBlock::kLinkSource, RegisterBlock::kBackwardLinkSource}) {
      for (std::int64_t i = 0; i < kGeometry.link_channels; ++i) add(layout.address(core, block, i));
    }
    for (const ParameterRecord& record : kParameterRecords) {
      for (std::int64_t column = 0; column < kGeometry.columns; ++column) {
        if (!record.per_synapse) add(layout.address(core, record.kind, column));
        for (std::int64_t row = 0; record.per_synapse && row < kGeometry.rows; ++row) {
          add(layout.address(core, record.kind, row, column));
        }
      }
    }
  }
  EXPECT_FALSE(layout.has_plasticity());
  EXPECT_EQ(addresses.size(), count);
  EXPECT_EQ(count, layout.size());
  EXPECT_EQ(*addresses.rbegin(), layout.size() - 1);
}

TEST(RegisterLayout, AnEngineHasRegistersOfItsOwnBehindTheOthers) {
  const RegisterLayout without(coarse_target(3), kGeometry);
  const RegisterLayout layout(learning_target(3), kGeometry);
  ASSERT_TRUE(layout.has_plasticity());
  std::set<std::size_t> addresses;
  const std::size_t first = without.core_base(1) - without.core_base(0);
  for (std::int64_t core = 0; core < kGeometry.cores; ++core) {
    for (const auto& [block, count] :
         std::initializer_list<std::pair<RegisterBlock, std::int64_t>>{{RegisterBlock::kLearnControl, 1},
                                                                       {RegisterBlock::kLearnPeriod, 1},
                                                                       {RegisterBlock::kLearnDecay, 1},
                                                                       {RegisterBlock::kForwardRate, 8},
                                                                       {RegisterBlock::kBackwardRate, 8},
                                                                       {RegisterBlock::kBiasRate, 8},
                                                                       {RegisterBlock::kG0Rate, 8},
                                                                       {RegisterBlock::kG1Rate, 8},
                                                                       {RegisterBlock::kGainShare, 8},
                                                                       {RegisterBlock::kFilterShare, 8},
                                                                       {RegisterBlock::kFilterLead, 8},
                                                                       {RegisterBlock::kErrorLead, 8},
                                                                       {RegisterBlock::kForwardRowRate, 16},
                                                                       {RegisterBlock::kBackwardRowRate, 16},
                                                                       {RegisterBlock::kForwardMask, 8},
                                                                       {RegisterBlock::kBackwardMask, 8}}) {
      for (std::int64_t i = 0; i < count; ++i) {
        const std::size_t address = layout.address(core, block, i);
        EXPECT_GE(address, layout.core_base(core) + first);
        EXPECT_TRUE(addresses.insert(address).second);
      }
    }
  }
  EXPECT_EQ(addresses.size(), layout.size() - without.size());
  EXPECT_EQ(*addresses.rbegin(), layout.size() - 1);
}

TEST(RegisterLayout, LearnControlWordsHoldTheirFields) {
  for (std::uint16_t word = 0; word < 32; ++word) EXPECT_EQ(to_word(learn_control_from_word(word)), word);
}

TEST(RegisterLayout, RowSourcesDecodeToWhatWasEncoded) {
  const RegisterLayout layout(coarse_target(3), kGeometry);
  EXPECT_EQ(layout.row_source_from_word(0).kind, RowSource::Kind::kOff);
  std::set<std::uint16_t> words;
  for (std::int64_t i = 0; i < kGeometry.columns; ++i) {
    const RowSource source = layout.row_source_from_word(layout.neuron_source(i));
    EXPECT_EQ(source.kind, RowSource::Kind::kNeuron);
    EXPECT_EQ(source.index, i);
    words.insert(layout.neuron_source(i));
  }
  for (std::int64_t i = 0; i < kGeometry.input_channels; ++i) {
    EXPECT_EQ(layout.row_source_from_word(layout.input_source(i)).kind, RowSource::Kind::kInput);
    words.insert(layout.input_source(i));
  }
  for (std::int64_t i = 0; i < kGeometry.link_channels; ++i) {
    const RowSource source = layout.row_source_from_word(layout.link_source(i));
    EXPECT_EQ(source.kind, RowSource::Kind::kLink);
    EXPECT_EQ(source.index, i);
    words.insert(layout.link_source(i));
  }
  EXPECT_EQ(words.size(), 17u);
  EXPECT_EQ(layout.row_source_from_word(0xFFFF).kind, RowSource::Kind::kOff);
}

TEST(RegisterLayout, ControlWordsHoldTheirFields) {
  for (const Activation activation : kActivations) {
    for (const bool in_use : {false, true}) {
      for (const bool pole : {false, true}) {
        const NeuronControl back = control_from_word(to_word(NeuronControl{in_use, activation, pole}));
        EXPECT_EQ(back.in_use, in_use);
        EXPECT_EQ(back.activation, activation);
        EXPECT_EQ(back.lead_pole, pole);
      }
    }
  }
}

TEST(CheckGeometry, SaysWhatSixteenBitsCannotReach) {
  EXPECT_TRUE(check_geometry(kGeometry));
  const Result<> wide = check_geometry({1, 10, 65000, 600, 0, 0});
  ASSERT_FALSE(wide);
  EXPECT_NE(wide.error().message.find("65600"), std::string::npos) << wide.error().message;
  EXPECT_FALSE(check_geometry({200, 10, 1000, 0, 0, 0}));
}

}  // namespace
}  // namespace vle
