#pragma once

#include <cstdint>
#include <memory>
#include <vle/backend/backend.hpp>
#include <vle/link/transport.hpp>

namespace vle::link::test {

/// What every script of a fault campaign does: load, run, read back.
struct Scenario {
  std::shared_ptr<const ParameterMap> map;
  Stimulus stimulus;
  RunOptions options;
  Traces expected;  ///< of the emulated chip that the board has

  /// Emulates what chip `chip_id` should give.
  Scenario(std::shared_ptr<const ParameterMap> map, std::uint64_t chip_id, Stimulus stimulus, RunOptions options);
};

/// Plays it over a medium, as a client that the board has not met. Ends with the right result (held to it by EXPECT),
/// or with an error.
[[nodiscard]] Result<> play(const Scenario& scenario, std::unique_ptr<Medium> medium, std::uint64_t client_nonce = 99);

/// Scripts to play: `usual`, unless scripts/fault-campaign.sh asks for more.
[[nodiscard]] std::uint32_t script_count(std::uint32_t usual);
/// More than `usual` scripts are being played, for somebody who wants to know how they ended.
[[nodiscard]] bool tells_how_scripts_end();

}  // namespace vle::link::test
