#include "verb_table.hpp"

#include <algorithm>

#include "verbs/verbs.hpp"

namespace vle::app {
namespace {

using Kind = OptionRecord::Kind;

constexpr OptionRecord kTarget{
    "--target", "", "TARGET", Kind::kText, "chip to compile for: a shipped target's name or a target file", true};
constexpr OptionRecord kInput{"--input", "", "FILE", Kind::kText,
                              "input signals (.npy, .csv, .h5): steps x channels, or trials x steps x channels"};
constexpr OptionRecord kTargetSignal{"--target-signal", "", "FILE", Kind::kText,
                                     "what the outputs should do, shaped as the input; left out: no target error"};
constexpr OptionRecord kSteps{"--steps",
                              "",
                              "N",
                              Kind::kCount,
                              "steps to run; without --input the input is zero and this is needed; with it, the first "
                              "N steps are played",
                              false,
                              1};
constexpr OptionRecord kSettle{"--settle", "", "N", Kind::kCount,
                               "steps with the first input held before recording begins (default 0)"};
constexpr OptionRecord kEffects{"--effects", "", "LIST", Kind::kText,
                                "which effects are on, as for emulator: (default all)"};
constexpr OptionRecord kTemperature{"--temperature", "", "KELVIN", Kind::kPositive,
                                    "temperature of the chip (default: the target's nominal one)"};
constexpr OptionRecord kSeed{"--seed", "", "N", Kind::kCount, "key of everything temporal, such as noise (default 0)"};
constexpr OptionRecord kThreads{
    "--threads", "", "N", Kind::kCount, "threads; the results do not depend on it (default: one per processor)",
    false,       1};

constexpr OptionRecord kCalibration{"--calibration", "", "CAL", Kind::kText,
                                    "what `vle calibrate` measured on this chip; a NETWORK is compiled by it"};
constexpr OptionRecord kChips{"--chips", "", "A..B", Kind::kText,
                              "emulated chips with the ids A to B, or N for those from 0 to N - 1, instead of one"};

VerbRecord check_record() {
  return {"check",
          "Check a description and say what it holds",
          {{"FILE", "a network, a target, a calibration or a parameter map"}},
          {},
          "",
          run_check};
}

VerbRecord compile_record() {
  return {"compile",
          "Compile a network for a chip into a parameter map",
          {{"NETWORK", "network description (.textproto, .json)"}},
          {kTarget,
           {"--profile", "", "FILE", Kind::kText,
            "input to scale signals by, run on the float reference; left out: bounds of the signals"},
           {"--profile-target", "", "FILE", Kind::kText, "target signals of the profile"},
           {"--speed-up", "", "S", Kind::kPositive,
            "model time over chip time; rounded so that a step is whole sub-steps; left out: the slowest that fits"},
           kCalibration,
           {"--output", "-o", "MAP", Kind::kText, "where the map goes", true}},
          "",
          run_compile};
}

VerbRecord dump_record() {
  return {"dump",
          "Print a parameter map as text",
          {{"MAP", "parameter map"}},
          {{"--summary", "", "", Kind::kFlag, "what was chosen and what was lost, instead of every value"}},
          "",
          run_dump};
}

VerbRecord diff_record() {
  return {"diff",
          "Compare two parameter maps",
          {{"MAP", "parameter map"}, {"OTHER", "the map to compare it with"}},
          {{"--lines", "", "N", Kind::kCount, "differences to print (default 40)", false, 1}},
          "the maps differ",
          run_diff};
}

VerbRecord export_spice_record() {
  return {"export-spice",
          "Write a programmed chip as a netlist for ngspice",
          {{"MAP", "parameter map"}},
          {{"--backend", "", "URI", Kind::kText,
            "the emulated chip whose values the netlist has, emulator:?chip=N (default: a nominal one)"},
           kInput,
           kTargetSignal,
           kSteps,
           {"--output", "-o", "NETLIST", Kind::kText, "where the netlist goes (.cir)", true}},
          "",
          run_export_spice};
}

VerbRecord recover_record() {
  return {"recover",
          "Write the network that a register image realises as a description",
          {{"MAP", "parameter map"}},
          {{"--backend", "", "URI", Kind::kText,
            "load the map there and read the registers back, instead of taking the map's own image"},
           {"--output", "-o", "NETWORK", Kind::kText, "where the description goes (.textproto, .json)", true}},
          "",
          run_recover};
}

VerbRecord run_record() {
  return {
      "run",
      "Run a network or a parameter map on a backend",
      {{"SUBJECT", "a network, compiled first where the backend is a chip, or a parameter map"}},
      {{"--backend", "", "URI", Kind::kText, "where to run; see Backends", true},
       kInput,
       kTargetSignal,
       kSteps,
       {"--output", "-o", "TRACES", Kind::kText, "where the recorded signals go (.h5, while they come, or .csv)"},
       {"--record", "", "LIST", Kind::kText,
        "what to record: population.signal,... with the signals u, v, r, epsilon, e, s, and on the reference energy, "
        "one value a population (default: r of every population)"},
       {"--every", "", "N", Kind::kCount, "record every Nth step (default 1)", false, 1},
       kSettle,
       kSeed,
       {"--first-trial", "", "N", Kind::kCount, "number of the first trial, a key of the noise (default 0)"},
       kThreads,
       {"--learn", "", "", Kind::kFlag,
        "let the chip's plasticity engine learn during the run, of one trial; what it learned ends with the run"},
       {"--timeline", "", "FILE", Kind::kText,
        "where a timeline of the chip's units goes (Chrome trace format, .json)"},
       {"--timeline-steps", "", "N", Kind::kCount,
        "first steps that the timeline shows, settling included (default 16)", false, 1},
       kCalibration,
       {"--accept", "", "nrmse<X", Kind::kText,
        "compare with the ideal twin: the recorded signals (without --record: r of the outputs) must stay below "
        "this normalised RMS error"},
       kChips,
       {"--target", "", "TARGET", Kind::kText,
        "with a board: the chip to compile for (default: as the board describes itself)"},
       {"--record-link", "", "FILE", Kind::kText, "with a board: where every byte of the link goes, for replay:"}},
      "--accept is not met (with --chips: not by every chip)",
      run_run};
}

VerbRecord ablate_record() {
  return {"ablate",
          "Say which effect of a chip costs how much accuracy",
          {{"NETWORK", "network description (.textproto, .json)"}},
          {kTarget,
           kInput,
           kTargetSignal,
           kSteps,
           {"--chip", "", "N", Kind::kCount, "chip id, the key of everything frozen (default 0)"},
           kChips,
           {"--effects", "", "", Kind::kFlag, "a row for each effect, instead of one for each group"},
           kTemperature,
           kSettle,
           kSeed,
           kThreads,
           kCalibration},
          "",
          run_ablate};
}

constexpr OptionRecord kCsv{"--csv", "", "FILE", Kind::kText, "where the results go as comma-separated values"};

VerbRecord align_record() {
  return {"align",
          "Compare the gradients of learning rules with the exact ones",
          {{"NETWORK", "network description; left out with --random", false}},
          {kInput,
           kTargetSignal,
           {"--rule", "", "LIST", Kind::kText,
            "rules to compare, or all (default instantaneous,gle,single,pair,fixed_random); see docs/learning.md"},
           kSteps,
           {"--settle", "", "N", Kind::kCount, "steps at the start that no gradient counts (default 0)"},
           {"--random", "", "", Kind::kFlag, "random deep networks on sines and noise, instead of a NETWORK"},
           {"--depth", "", "LIST", Kind::kText, "hidden layers of the random networks (default 2,3,4)"},
           {"--seeds", "", "N", Kind::kCount, "random networks for each depth and input (default 10)", false, 1},
           {"--seed", "", "N", Kind::kCount, "key of random B, and the first of the random networks (default 0)"},
           kThreads,
           kCsv},
          "",
          run_align};
}

VerbRecord train_record() {
  return {
      "train",
      "Train a network on input and target signals",
      {{"NETWORK", "network description with plasticity settings (.textproto, .json)"}},
      {{"--backend", "", "URI", Kind::kText, "where to train; see Backends", true},
       {"--plasticity", "", "WHO", Kind::kText,
        "who learns with a chip: host (default), between trials, from what the chip's converter reads, or chip, its "
        "own "
        "plasticity engine, within them"},
       {"--input", "", "FILE", Kind::kText, kInput.help, true},
       {"--target-signal", "", "FILE", Kind::kText, "what the outputs should do, shaped as the input"},
       {"--labels", "", "FILE", Kind::kText,
        "in place of a target: the class of each sample of --input, which then holds samples x values (x channels)"},
       {"--hold-out", "", "N", Kind::kCount,
        "with --labels: samples at the end that are not learned from, by which the best epoch is chosen"},
       {"--test-input", "", "FILE", Kind::kText, "with --labels: samples to test the best epoch with, once"},
       {"--test-labels", "", "FILE", Kind::kText, "their classes"},
       {"--teacher", "", "NETWORK", Kind::kText,
        "with --labels: outputs should do what this network's do on the reference, in place of naming the class"},
       {"--speed-up", "", "S", Kind::kPositive, "with --labels: model time over a chip's time; see vle compile"},
       kCalibration,
       {"--steps", "", "N", Kind::kCount,
        "with a target: play the first N steps; with --labels: steps that a sample is stretched to", false, 1},
       {"--epochs", "", "N", Kind::kCount, "times that all trials are played, from rest (default 1)", false, 1},
       {"--rule", "", "RULE", Kind::kText,
        "learn by this rule in place of the network's own: adjoint, instantaneous, gle, fixed_random, single, "
        "pair, mirror, trace or trace_mirror; see docs/learning.md"},
       {"--seed", "", "N", Kind::kCount,
        "key of random B that --rule draws, of a chip's noise and of rounding (default 0)"},
       {"--batch", "", "N", Kind::kCount, "trials that a host learns from at once (default: all)", false, 1},
       kThreads,
       {"--patience", "", "N", Kind::kCount, "stop after N epochs in a row without a lower loss", false, 1},
       {"--output", "-o", "TRAINED", Kind::kText, "where the trained network goes (.json)", true},
       {"--csv", "", "FILE", Kind::kText,
        "where the curves go as comma-separated values: loss of each epoch, mismatch, cosines"},
       {"--align-every", "", "N", Kind::kCount,
        "compare the gradient with the exact one after every Nth epoch (reference: alone)", false, 1},
       {"--checkpoint", "", "FILE", Kind::kText, "where the state of learning after the last whole epoch goes"},
       {"--resume", "", "FILE", Kind::kText, "checkpoint to go on from; on the reference bit for bit"},
       {"--map", "", "FILE", Kind::kText, "where the chip's parameter map goes as it is at the end"}},
      "",
      run_train};
}

VerbRecord task_record() {
  return {
      "task",
      "Learn a task with several rules and compare them",
      {{"TASK", "chain, complex, xor or xor_delayed; see docs/learning.md"}},
      {{"--rule", "", "LIST", Kind::kText,
        "rules to learn with: all (default), or of adjoint,instantaneous,gle,fixed_random,single,pair,mirror,"
        "trace,trace_mirror"},
       {"--backend", "", "URI", Kind::kText,
        "reference: (default), or a chip on which the students go on learning, with it in the loop"},
       {"--chip-batches", "", "N", Kind::kCount,
        "batches of trials that a student learns from on the chip (default 200)", false, 1},
       kCalibration,
       {"--seeds", "", "N", Kind::kCount, "teachers and students for each rule (default 5)", false, 1},
       {"--seed", "", "N", Kind::kCount, "the first seed (default 0)"},
       {"--steps", "", "N", Kind::kCount, "steps of learning (default: the task's own)", false, 100},
       {"--budget", "", "N", Kind::kCount,
        "learning rates tried for each rule, on seeds that are not reported (default 3; 1: none is tried)", false, 1},
       kThreads,
       {"--csv", "", "FILE", Kind::kText, "where the curves go as comma-separated values"}},
      "",
      run_task};
}

VerbRecord calibrate_record() {
  return {
      "calibrate",
      "Measure a chip so that networks can be compiled for it",
      {},
      {{"--backend", "", "URI", Kind::kText, "the chip; see Backends"},
       {"--only", "", "LIST", Kind::kText,
        "routines to run, with those that they need (default: all; see docs/calibration.md)"},
       {"--neurons", "", "A..B", Kind::kText, "neurons of the chip to keep (default: all)"},
       {"--effort", "", "X", Kind::kPositive,
        "multiplies repetitions; errors go as its inverse square root (default 1)"},
       {"--budget", "", "SECONDS", Kind::kPositive,
        "device time that all routines together may take: the effort is lowered until they fit"},
       {"--verify", "", "CAL", Kind::kText, "measure again and say what has moved since"},
       {"--resume", "", "CAL", Kind::kText, "run the routines that this calibration lacks, and keep the others"},
       {"--merge", "", "LIST", Kind::kText,
        "join calibrations of one chip, file,file,..., in place of measuring; where two say the same, the newer one "
        "stands"},
       {"--report", "", "HTML", Kind::kText, "where a page about it goes, to look at"},
       {"--temperature", "", "KELVIN", Kind::kPositive,
        "temperature of the chip, for the file to tell (default: that of the URI, else the target's nominal one)"},
       kSeed,
       kThreads,
       {"--output", "-o", "CAL", Kind::kText, "where the calibration goes; written after each routine"}},
      "--verify finds that the calibration does not hold any more",
      run_calibrate};
}

VerbRecord plot_record() {
  return {"plot",
          "Draw recorded signals of a chip over the ideal ones (SVG)",
          {{"IDEAL", "traces of the reference"}, {"DEVICE", "traces of the chip"}},
          {{"--input", "", "FILE", Kind::kText, "input signals to show above"},
           {"--signals", "", "LIST", Kind::kText,
            "neurons to show: population.signal[neuron],... (default: the first 8 recorded)"},
           {"--trial", "", "N", Kind::kCount, "trial to show (default 0)"},
           {"--from", "", "SECONDS", Kind::kNonNegative, "model time that the plot begins at (default 0)"},
           {"--to", "", "SECONDS", Kind::kPositive, "model time that it ends at (default: the end)"},
           {"--title", "", "TEXT", Kind::kText, "title of the plot"},
           {"--output", "-o", "SVG", Kind::kText, "where the plot goes", true}},
          "",
          run_plot};
}

VerbRecord report_record() {
  return {
      "report",
      "Make one HTML page of results, to look at",
      {{"RESULTS",
        "files, as many as there are: traces of the ideal twin and of chips (.h5), a parameter map, and what ablate "
        "and run --chips print with --json, or a timeline (.json)",
        true, true}},
      {{"--input", "", "FILE", Kind::kText, "input signals to show above"},
       {"--signals", "", "LIST", Kind::kText,
        "neurons to show: population.signal[neuron],... (default: the first 8 recorded)"},
       {"--trial", "", "N", Kind::kCount, "trial to show (default 0)"},
       {"--from", "", "SECONDS", Kind::kNonNegative, "model time that the plots begin at (default 0)"},
       {"--to", "", "SECONDS", Kind::kPositive, "model time that they end at (default: the end)"},
       {"--title", "", "TEXT", Kind::kText, "title of the page"},
       {"--output", "-o", "HTML", Kind::kText, "where the page goes", true}},
      "",
      run_report};
}

VerbRecord board_record() {
  return {
      "board",
      "Serve an emulated chip as a board behind a link, until interrupted",
      {},
      {{"--target", "", "TARGET", Kind::kText, "what the board is: a shipped target's name or a target file", true},
       {"--chip", "", "N", Kind::kCount, "chip id, the key of everything frozen (default 0)"},
       {"--listen", "", "URI", Kind::kText,
        "tcp://127.0.0.1:PORT (port 0: any), tls://ADDRESS:PORT?certificates=FOLDER&clients=FILE, unix:PATH, or "
        "pty:PATH, a pseudo terminal that PATH leads to; beyond this machine only tls",
        true},
       kEffects,
       kTemperature,
       {"--users", "", "N", Kind::kCount, "clients with a session at a time; more have to wait (default 8)", false, 1},
       {"--announce", "", "FILE", Kind::kText, "file that the address goes to once the board listens"}},
      "",
      run_board};
}

VerbRecord conformance_record() {
  return {"conformance",
          "Ask a board whether it keeps every clause of docs/protocol.md",
          {},
          {{"--backend", "", "URI", Kind::kText, "the board; see Backends. What it held is lost", true},
           {"--target", "", "TARGET", Kind::kText, "what the board is (default: as it describes itself)"},
           {"--only", "", "LIST", Kind::kText,
            "checks or clauses, with what they need (default: all; see docs/conformance.md)"},
           {"--seed", "", "N", Kind::kCount, "key of the garbage and of the hostile messages (default 1)"},
           {"--junit", "", "FILE", Kind::kText, "where the report goes as JUnit's XML"}},
          "a clause is broken, or could not be judged",
          run_conformance};
}

VerbRecord chip_record() {
  return {"chip",
          "Serve an emulated chip on a board's chip bus, until interrupted",
          {},
          {{"--target", "", "TARGET", Kind::kText, "what the chip is: a shipped target's name or a target file", true},
           {"--chip", "", "N", Kind::kCount, "chip id, the key of everything frozen (default 0)"},
           {"--bus", "", "URI", Kind::kText,
            "where the board's firmware finds the bus: unix:PATH, tcp://127.0.0.1:PORT (port 0: any), or pty:PATH, a "
            "pseudo terminal that PATH leads to",
            true},
           kEffects,
           kTemperature,
           {"--announce", "", "FILE", Kind::kText, "file that the address goes to once the chip listens"}},
          "",
          run_chip};
}

VerbRecord help_record() {
  return {"help",
          "Explain the program or one of its verbs",
          {{"VERB", "the verb to explain; left out: the whole program", false}},
          {{"--markdown", "", "", Kind::kFlag, "print the reference page, docs/cli.md"}},
          "",
          run_help};
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

const std::vector<VerbRecord>& verb_table() {
  static const std::vector<VerbRecord> table{
      check_record(), compile_record(), dump_record(),  diff_record(), recover_record(),     export_spice_record(),
      run_record(),   align_record(),   train_record(), task_record(), ablate_record(),      calibrate_record(),
      plot_record(),  report_record(),  board_record(), chip_record(), conformance_record(), help_record()};
  return table;
}

const VerbRecord* find_verb(std::string_view name) {
  const auto& table = verb_table();
  const auto found = std::find_if(table.begin(), table.end(), [&](const VerbRecord& v) { return v.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace vle::app
