#pragma once

namespace vle {

/// Calls of operator new in this program so far.
long allocation_count();

}  // namespace vle
