#include "synapse_array.hpp"

#include <gtest/gtest.h>

#include "chip.hpp"
#include "networks.hpp"
#include "run_on_chip.hpp"
#include "targets.hpp"

namespace vle::emulator {
namespace {

struct PairedChip {
  PairedChip() {
    target.signed_weight = SignedWeight::kRowPair;
    target.hash = hash_of(target);
    const Network network = make_graph("layered");
    map = compile_for(network, target, make_sines(network, 1, 20));
  }
  Chip chip() const { return Chip(map->geometry, map->image, target, 3, Effects{}); }
  RegisterLayout layout() const { return RegisterLayout(target, map->geometry); }

  Target target = flawed_target(4);
  std::shared_ptr<const ParameterMap> map;
};

/// What a row adds to a column, cell by cell from the registers.
double cell(const CoreDecoder& decoder, const CoreArrays& core, bool backward, std::uint32_t row,
            std::uint32_t column) {
  std::int64_t active = 0;
  return core.neurons[column].of(array_kinds(backward).gain) *
         decoder.weight(array_kinds(backward).weight, row, column, active);
}

TEST(SynapseArray, HasOneWeightForAPairThatHearsOneSignal) {
  const PairedChip paired;
  const Chip chip = paired.chip();
  std::int64_t weights = 0;
  for (std::uint32_t c = 0; c < chip.cores.size(); ++c) {
    const CoreArrays& core = chip.cores[c];
    const CoreDecoder decoder(chip.layout, paired.map->image, core.silicon, c);
    for (const bool backward : {false, true}) {
      const SynapseArray& array = backward ? core.backward : core.forward;
      if (array.rows == 0) continue;
      ASSERT_EQ(array.cells, 2u);
      EXPECT_LT(array.inputs.size(), static_cast<std::size_t>(array.rows) / 2 + 16);
      for (std::uint32_t column = 0; column < core.width(); ++column) {
        if (!core.neurons[column].in_use) continue;
        for (std::uint32_t input = 0; input < array.rows / 2; ++input) {
          const double both =
              cell(decoder, core, backward, 2 * input, column) + cell(decoder, core, backward, 2 * input + 1, column);
          const float weight = array.weights[column * array.inputs.size() + input];
          EXPECT_NEAR(weight, both, 1e-6) << "core " << c << ", column " << column << ", input " << input;
          EXPECT_EQ(array.inputs[input], array.bus[2 * input]);
          weights += weight != 0;
        }
      }
    }
  }
  EXPECT_GT(weights, 0);
}

TEST(SynapseArray, KeepsRowsApartWherePairsHearTwoSignals) {
  const PairedChip paired;
  const Chip as_compiled = paired.chip();
  ASSERT_EQ(as_compiled.cores[0].forward.cells, 2u);
  std::vector<std::uint16_t> image = paired.map->image;
  image[paired.layout().address(0, RegisterBlock::kRowSource, 1)] = 0;
  const Chip chip(paired.map->geometry, image, paired.target, 3, Effects{});
  const SynapseArray& array = chip.cores[0].forward;
  ASSERT_EQ(array.cells, 1u);
  ASSERT_EQ(array.rows, as_compiled.cores[0].forward.rows);
  EXPECT_EQ(array.inputs[1], 0u);
  const CoreDecoder decoder(chip.layout, image, chip.cores[0].silicon, 0);
  for (std::uint32_t column = 0; column < chip.cores[0].width(); ++column) {
    if (!chip.cores[0].neurons[column].in_use) continue;
    for (std::uint32_t row = 0; row < array.rows; ++row) {
      EXPECT_NEAR(array.weights[column * array.inputs.size() + row], cell(decoder, chip.cores[0], false, row, column),
                  1e-6);
    }
  }
  EXPECT_EQ(chip.cores[0].active_synapses, as_compiled.cores[0].active_synapses);
}

TEST(SynapseArray, DecodesAChangedPairAsIfItHadBeenLoaded) {
  const PairedChip paired;
  Chip chip = paired.chip();
  std::vector<std::uint16_t> image = paired.map->image;
  std::uint32_t column = 0;
  while (!chip.cores[0].neurons[column].in_use) ++column;
  for (const std::uint16_t word : {std::uint16_t{5}, std::uint16_t{0}, std::uint16_t{9}}) {
    image[paired.layout().address(0, ParameterKind::kWeight, 2, column)] = word;
    image[paired.layout().address(0, ParameterKind::kWeight, 3, column)] =
        word == 0 ? std::uint16_t{7} : std::uint16_t{0};
    chip.decode_learned(image, 0, ParameterKind::kWeight, 2, column);
    const Chip loaded(paired.map->geometry, image, paired.target, 3, Effects{});
    EXPECT_EQ(chip.cores[0].forward.weights, loaded.cores[0].forward.weights);
    EXPECT_EQ(chip.cores[0].forward.conducting, loaded.cores[0].forward.conducting);
    EXPECT_EQ(chip.cores[0].active_synapses, loaded.cores[0].active_synapses);
  }
}

}  // namespace
}  // namespace vle::emulator
