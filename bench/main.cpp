// Measures how fast the reference, the emulated chip, the compiler and the link are, and what the machine can do, in
// one run: bench [--reduced] [--only TEXT]. docs/performance.md says what the table means.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string_view>

#include "cases.hpp"
#include "table.hpp"

namespace vle::bench {
namespace {

struct Options {
  Extent extent;
  std::string_view only;  ///< groups whose title holds this
};

/// Work is prepared at its first turn, and then timed.
void register_measurements(const Group& group, Extent extent) {
  for (const Measurement& measurement : group.measurements) {
    const auto work = std::make_shared<Work>();
    auto* timed = benchmark::RegisterBenchmark(measurement.name.c_str(), [&measurement, work](benchmark::State& state) {
      if (!*work) {
        *work = measurement.prepare();
        (*work)();  // pages and caches are there when the clock starts
      }
      for (auto _ : state) (*work)();
    });
    if (measurement.clock == Clock::kWall) timed->UseRealTime();
    if (extent.is_reduced) {
      timed->Iterations(1);
    } else {
      timed->MinTime(0.04)->Repetitions(measurement.repetitions);
    }
  }
}

std::string measure(const GroupRecipe& recipe, Extent extent, std::string_view only) {
  if (recipe.title.find(only) == std::string::npos) return "";
  const Group group = recipe.make();
  register_measurements(group, extent);
  TimeKeeper times(group);
  benchmark::RunSpecifiedBenchmarks(&times, ".");
  std::string table = table_of(recipe.title, group, times);
  benchmark::ClearRegisteredBenchmarks();
  return table;
}

int run(Options options) {
  std::fputs(table_heading().c_str(), stdout);
  using Recipes = std::vector<GroupRecipe> (*)(Extent);
  for (const Recipes groups :
       {reference_groups, scale_groups, chip_groups, full_chip_groups, compile_groups, thread_groups, link_groups}) {
    for (const GroupRecipe& recipe : groups(options.extent)) {
      std::fputs(measure(recipe, options.extent, options.only).c_str(), stdout);
      std::fflush(stdout);
    }
  }
  return 0;
}

}  // namespace
}  // namespace vle::bench

int main(int argc, char** argv) {
  vle::bench::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--reduced") {
      options.extent.is_reduced = true;
    } else if (argument == "--only" && i + 1 < argc) {
      options.only = argv[++i];
    } else {
      std::fprintf(stderr, "usage: bench [--reduced] [--only TEXT]\n");
      return 2;
    }
  }
  // Repetitions of one group take turns in random order.
  char program[] = "bench";
  char interleaved[] = "--benchmark_enable_random_interleaving=true";
  char* flags[] = {program, interleaved, nullptr};
  int count = 2;
  benchmark::Initialize(&count, flags);
  return vle::bench::run(options);
}
