#include <bit>
#include <cstring>
#include <type_traits>
#include <vle/dynamics/learner.hpp>

namespace vle {
namespace {

static_assert(std::endian::native == std::endian::little, "checkpoints are written as they lie in memory");
static_assert(std::is_trivially_copyable_v<GainStatistics> && std::is_trivially_copyable_v<ScheduleState>);

constexpr std::string_view kMagic = "vle-checkpoint-2";

/// Calls visit(x) for every array and every plain value of a checkpoint, const or not, in a fixed order.
template <class Visit>
class Fields {
 public:
  explicit Fields(Visit visit) : visit_(visit) {}

  template <class C>
  void visit_all(C& checkpoint) {
    for (auto& population : checkpoint.parameters.populations) {
      each(population.tau_m, population.tau_r, population.tau_v, population.bias, population.g0, population.g1,
           population.a, population.b, population.lead_u, population.lead_v);
    }
    for (auto& projection : checkpoint.parameters.projections) each(projection.weights, projection.backward);
    for (auto& population : checkpoint.state.populations) {
      each(population.u, population.v, population.r, population.phi_prime, population.epsilon, population.e,
           population.s, population.drive, population.lookahead, population.error_lead, population.backward);
    }
    each(checkpoint.state.inputs);
    visit_learning(checkpoint.learning);
  }

 private:
  template <class L>
  void visit_learning(L& learning) {
    each(learning.steps, learning.updates, learning.gathered, learning.eta_schedule, learning.lambda_schedule);
    for (auto& population : learning.gradients.populations) each(population.bias, population.tau_m, population.tau_r);
    for (auto& projection : learning.gradients.projections) each(projection.weights);
    for (auto& gains : learning.gains) each(gains.low_pass, gains.statistics);
    each(learning.eligibility.steps);
    for (auto& trace : learning.eligibility.projections) each(trace.line, trace.low_pass);
    for (auto& trace : learning.eligibility.populations) each(trace.line, trace.low_pass);
    for (auto& population : learning.population_moments) {
      for (auto* moments : {&population.bias, &population.tau_m, &population.tau_r}) {
        each(moments->first, moments->second);
      }
    }
    for (auto& moments : learning.projection_moments) each(moments.first, moments.second);
  }

  template <class... T>
  void each(T&... fields) {
    (visit_(fields), ...);
  }

  Visit visit_;
};

template <class T>
std::span<const std::byte> bytes_of(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}
template <class T>
std::span<const std::byte> bytes_of(const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  return std::as_bytes(std::span(&value, 1));
}

void append(std::string& bytes, std::span<const std::byte> more) {
  bytes.append(reinterpret_cast<const char*>(more.data()), more.size());
}

template <class T>
std::span<std::byte> place_of(std::vector<T>& values) {
  return std::as_writable_bytes(std::span(values));
}
template <class T>
std::span<std::byte> place_of(T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  return std::as_writable_bytes(std::span(&value, 1));
}

}  // namespace

std::string checkpoint_to_bytes(const Learner& learner, const Checkpoint& checkpoint) {
  std::string bytes(kMagic);
  bytes += learner.dynamics().network().hash;
  append(bytes, bytes_of(std::uint64_t{checkpoint.state.batch}));
  Fields([&bytes](const auto& field) {
    append(bytes, bytes_of(std::uint64_t{bytes_of(field).size()}));
    append(bytes, bytes_of(field));
  }).visit_all(checkpoint);
  return bytes;
}

Result<Checkpoint> checkpoint_from_bytes(const Learner& learner, std::string_view bytes) {
  const auto take = [&bytes](std::size_t size) {
    const std::string_view taken = bytes.substr(0, size);
    bytes.remove_prefix(taken.size());
    return taken;
  };
  if (take(kMagic.size()) != kMagic) return fail(ErrorCode::kInvalidInput, "not a checkpoint of this version of vle");
  const std::string& hash = learner.dynamics().network().hash;
  const std::string_view found = take(hash.size());
  if (found != hash) {
    return fail(ErrorCode::kInvalidInput, "the checkpoint is of network {}, not of {}", found, hash);
  }
  std::uint64_t batch = 0;
  const std::string_view batch_bytes = take(sizeof batch);
  if (batch_bytes.size() == sizeof batch) std::memcpy(&batch, batch_bytes.data(), sizeof batch);
  const std::size_t least = static_cast<std::size_t>(learner.dynamics().network().neuron_count()) * sizeof(double);
  if (batch == 0 || batch > bytes.size() / least) {
    return fail(ErrorCode::kInvalidInput, "the checkpoint names a batch of {} trials, more than its {} bytes can hold",
                batch, bytes.size());
  }
  Checkpoint checkpoint{learner.dynamics().initial_parameters(), learner.dynamics().initial_state(batch),
                        learner.initial_state(batch)};
  bool fits = true;
  Fields([&](auto& field) {
    const std::span<std::byte> place = place_of(field);
    std::uint64_t size = 0;
    const std::string_view size_bytes = take(sizeof size);
    if (size_bytes.size() == sizeof size) std::memcpy(&size, size_bytes.data(), sizeof size);
    fits = fits && size == place.size() && bytes.size() >= size;
    if (fits && size > 0) std::memcpy(place.data(), take(size).data(), size);
  }).visit_all(checkpoint);
  if (!fits || !bytes.empty()) {
    return fail(ErrorCode::kInvalidInput,
                "the checkpoint is cut short, or was written with another optimiser or other learning rates");
  }
  return checkpoint;
}

}  // namespace vle
