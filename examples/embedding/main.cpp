// Runs a network on an emulated chip: embedding NETWORK TARGET
#include <cstdio>
#include <cstdlib>
#include <vle/compile/compile.hpp>
#include <vle/emulator/emulator.hpp>
#include <vle/io/files.hpp>

/// The value of a result, or the end of the program with its message.
template <class T>
T need(vle::Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(2);
}

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("usage: embedding NETWORK TARGET\n", stderr), 2;
  const vle::Network network = need(vle::read_network(argv[1]));
  const vle::Target target = need(vle::read_target(argv[2]));
  vle::Stimulus pulse;
  pulse.steps = 200;
  pulse.input_channels = network.input_channels();
  pulse.inputs.assign(static_cast<std::size_t>(pulse.steps * pulse.input_channels), 0.5);
  const auto ranges = need(vle::profile_ranges(network, pulse));
  auto map = std::make_shared<const vle::ParameterMap>(need(vle::compile(network, target, ranges)));
  const auto chip = vle::emulator::make_emulator_backend(target, /*chip_id=*/7, vle::emulator::Effects{});
  if (auto loaded = chip->load(map); !loaded) return std::fprintf(stderr, "%s\n", loaded.error().message.c_str()), 2;
  const vle::Traces traces = need(chip->run(pulse, vle::RunOptions{}));
  for (const vle::SignalTrace& trace : traces.signals) {
    std::printf("%s.r[0] at the end: %.4f\n", trace.population.c_str(),
                trace.value(trace.size() - static_cast<std::size_t>(trace.neurons)));
  }
}
