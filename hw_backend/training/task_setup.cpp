#include "task_setup.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>
#include <vle/dynamics/dynamics.hpp>

#include "describe.hpp"
#include "draws.hpp"

namespace vle::training {
namespace {

constexpr double kDt = 0.02;                       // seconds, of chain and xor
constexpr double kComplexDt = 0.01;                // seconds: hops must be short beside the period of 2 Hz
constexpr double kGainSeconds = 10;                // time constant of the gains' running means
constexpr std::uint64_t kTeacherSeed = 1'000'000;  // beyond the seeds of the students

/// Inputs of one channel that a teacher answers to.
class TeacherSource : public TaskSource {
 public:
  using Wave = std::function<double(std::size_t step, std::size_t trial)>;

  TeacherSource(Network teacher, std::size_t batch, Wave wave)
      : dynamics_(std::make_shared<const Network>(std::move(teacher))),
        parameters_(dynamics_.initial_parameters()),
        state_(dynamics_.initial_state(batch)),
        wave_(std::move(wave)) {}

  void next(TaskStep& step) override {
    // A student is judged by its rates before the step.
    step.targets = state_.populations.back().r;
    for (std::size_t trial = 0; trial < step.inputs.size(); ++trial) step.inputs[trial] = wave_(step_, trial);
    dynamics_.step(parameters_, state_, {step.inputs.data(), 1}, {});
    ++step_;
  }

 private:
  Dynamics dynamics_;
  Parameters parameters_;
  State state_;
  Wave wave_;
  std::size_t step_ = 0;
};

/// Levels that change every `period` steps, at another time in each trial, low-passed.
class SmoothSteps {
 public:
  SmoothSteps(std::size_t batch, std::size_t period, double tau, std::function<double(std::size_t, std::size_t)> level)
      : period_(period), share_(-std::expm1(-kDt / tau)), level_(std::move(level)), smooth_(batch, 0.0) {}

  double operator()(std::size_t step, std::size_t trial) {
    smooth_[trial] += share_ * (level_((step + offset(trial)) / period_, trial) - smooth_[trial]);
    return smooth_[trial];
  }
  std::size_t offset(std::size_t trial) const { return trial * period_ / smooth_.size(); }

 private:
  std::size_t period_;
  double share_;
  std::function<double(std::size_t, std::size_t)> level_;
  std::vector<double> smooth_;
};

struct ChainConstants {
  double w1 = 1, w2 = 2;
  double tau1 = 1, tau2 = 2;  ///< seconds
};

Result<Network> chain_network(const ChainConstants& constants) {
  NetworkDescription description;
  description.name = "chain";
  description.dt = kDt;
  description.inputs.push_back({"x", 1, -1, 1});
  for (const auto& [name, tau] : {std::pair("first", constants.tau1), std::pair("second", constants.tau2)}) {
    PopulationDescription population;
    population.name = name;
    population.size = 1;
    population.activation = Activation::kSoftplus;
    population.tau_m = all(tau);
    population.tau_r = all(0.1);
    description.populations.push_back(population);
  }
  ProjectionDescription first;
  first.from = "x";
  first.to = "first";
  first.weights = all(constants.w1);
  ProjectionDescription second;
  second.from = "first";
  second.to = "second";
  second.weights = all(constants.w2);
  description.projections = {first, second};
  description.outputs = {{"second", Loss::kMeanSquaredError, 1}};
  return build(description);
}

std::vector<TaskMeasure> measure_chain(const Parameters& parameters) {
  const ChainConstants teacher;
  const double found[] = {parameters.projections[0].weights[0], parameters.projections[1].weights[0],
                          parameters.populations[0].tau_m[0], parameters.populations[1].tau_m[0]};
  const double wanted[] = {teacher.w1, teacher.w2, teacher.tau1, teacher.tau2};
  double worst = 0;
  for (std::size_t k = 0; k < 4; ++k) worst = std::max(worst, std::abs(found[k] / wanted[k] - 1));
  return {{"w1", found[0]}, {"w2", found[1]}, {"tau1", found[2]}, {"tau2", found[3]}, {"worst", worst}};
}

Result<TaskSetup> set_up_chain(std::uint64_t seed) {
  constexpr std::size_t kStreams = 100;
  const Draws start(seed, DrawPurpose::kStart, 0);
  ChainConstants constants;
  constants.w1 = 0.3 + 2.2 * start.uniform(0);
  constants.w2 = 0.3 + 2.2 * start.uniform(1);
  constants.tau1 = 0.4 + 2.1 * start.uniform(2);
  constants.tau2 = 0.4 + 2.1 * start.uniform(3);
  auto student = chain_network(constants);
  if (!student) return tl::unexpected(student.error());
  auto teacher = chain_network({});
  if (!teacher) return tl::unexpected(teacher.error());
  SmoothSteps steps(kStreams, static_cast<std::size_t>(2 / kDt), 0.5, [seed](std::size_t index, std::size_t trial) {
    return 2 * Draws(seed, DrawPurpose::kBits, static_cast<std::uint32_t>(trial)).uniform(index) - 1;
  });
  TaskSetup setup{std::move(*student), kStreams, 1500, false, false, 0, 1, 900, 600, nullptr, measure_chain};
  setup.source = std::make_unique<TeacherSource>(std::move(*teacher), kStreams, std::move(steps));
  return setup;
}

Result<TaskSetup> set_up_complex(std::uint64_t seed) {
  constexpr std::size_t kStreams = 16;
  constexpr std::size_t kSines = 5;
  LayersDescription layers{"complex", kComplexDt, seed, 1, {16, 16, 16}, 1};
  layers.tau_m_low = 0.2;
  layers.tau_m_high = 2;
  auto student = build(describe_layers(layers));
  if (!student) return tl::unexpected(student.error());
  LayersDescription other = layers;
  other.seed = seed + kTeacherSeed;
  auto teacher = build(describe_layers(other));
  if (!teacher) return tl::unexpected(teacher.error());
  const auto wave = [seed](std::size_t step, std::size_t trial) {
    const Draws phases(seed, DrawPurpose::kSine, static_cast<std::uint32_t>(trial));
    double sum = 0;
    for (std::size_t k = 0; k < kSines; ++k) {
      const double frequency = 0.1 * std::pow(20.0, static_cast<double>(k) / (kSines - 1));  // 0.1..2 Hz
      sum += std::sin(2 * std::numbers::pi * (frequency * kComplexDt * static_cast<double>(step) + phases.uniform(k)));
    }
    return sum * std::sqrt(2.0 / kSines);
  };
  TaskSetup setup{std::move(*student), kStreams, 1500, true, true, 1, 0, 900, 300, nullptr, {}};
  setup.source = std::make_unique<TeacherSource>(std::move(*teacher), kStreams, wave);
  return setup;
}

/// Bits of 1 s, the same change-over in all trials, and whether the bit now and the one before differ.
class XorSource : public TaskSource {
 public:
  XorSource(std::uint64_t seed, std::size_t batch) : seed_(seed), smooth_(batch, 0.0) {}

  void next(TaskStep& step) override {
    const std::size_t now = step_ / kBitSteps + 1;
    for (std::size_t trial = 0; trial < smooth_.size(); ++trial) {
      smooth_[trial] += kShare * (bit(now, trial) - smooth_[trial]);
      step.inputs[trial] = smooth_[trial];
      step.targets[trial] = -bit(now, trial) * bit(now - 1, trial);
    }
    step.is_judged = 10 * (step_ % kBitSteps) >= 7 * kBitSteps;
    ++step_;
  }

 private:
  static constexpr std::size_t kBitSteps = 50;
  static constexpr double kShare = kDt / 0.2;

  double bit(std::size_t index, std::size_t trial) const {
    return Draws(seed_, DrawPurpose::kBits, static_cast<std::uint32_t>(trial)).uniform(index) < 0.5 ? -1 : 1;
  }

  std::uint64_t seed_;
  std::vector<double> smooth_;
  std::size_t step_ = 0;
};

Result<TaskSetup> set_up_xor(const LayersDescription& layers) {
  constexpr std::size_t kStreams = 32;
  auto student = build(describe_layers(layers));
  if (!student) return tl::unexpected(student.error());
  TaskSetup setup{std::move(*student), kStreams, 1500, false, true, 1, 1, 300, 100, nullptr, {}};
  setup.source = std::make_unique<XorSource>(layers.seed, kStreams);
  return setup;
}

Result<TaskSetup> set_up(TaskKind kind, std::uint64_t seed) {
  switch (kind) {
    case TaskKind::kChain:
      return set_up_chain(seed);
    case TaskKind::kComplex:
      return set_up_complex(seed);
    case TaskKind::kXorDelayed: {
      LayersDescription layers{"xor_delayed", kDt, seed, 1, {16, 16}, 1};
      layers.tau_m_high = 0.3;
      return set_up_xor(layers);
    }
    case TaskKind::kXor:
      break;
  }
  return set_up_xor({"xor", kDt, seed, 1, {32, 32}, 1});
}

}  // namespace

const std::vector<TaskRecord>& tasks() {
  static const std::vector<TaskRecord> table{
      {TaskKind::kChain, "chain", 40'000, "find the weights and time constants of two slow neurons in a row"},
      {TaskKind::kComplex, "complex", 10'000, "learn a layered teacher's response to a mix of frequencies"},
      {TaskKind::kXor, "xor", 30'000, "say whether the bit now and the bit before differ"},
      {TaskKind::kXorDelayed, "xor_delayed", 30'000, "the same with fewer and faster neurons"}};
  return table;
}

const TaskRecord* find_task(std::string_view name) {
  const auto found = std::find_if(tasks().begin(), tasks().end(), [&](const TaskRecord& t) { return t.name == name; });
  return found == tasks().end() ? nullptr : &*found;
}

Result<TaskSetup> set_up_task(TaskKind kind, std::uint64_t seed) {
  auto setup = set_up(kind, seed);
  if (!setup) return setup;
  for (Population& population : setup->student.populations) population.gain_learning.time_constant = kGainSeconds;
  return setup;
}

}  // namespace vle::training
