#pragma once

#include <vle/board/chip_firmware.hpp>
#include <vle/result/result.hpp>

#include "arguments.hpp"

namespace vle::app {

/// What --target, --chip and --effects say, for `vle board` and `vle chip`; with a boot id that differs every time.
[[nodiscard]] Result<board::BoardSpec> read_board_spec(const Arguments& arguments);

}  // namespace vle::app
