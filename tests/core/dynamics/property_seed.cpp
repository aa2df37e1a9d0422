#include <cstdlib>

namespace {

// Every run draws the same cases, unless RC_PARAMS asks for others; RapidCheck prints how to reproduce a failure.
[[maybe_unused]] const int seeded = setenv("RC_PARAMS", "seed=20260611", 0);

}  // namespace
