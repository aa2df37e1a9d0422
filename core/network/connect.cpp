#include "connect.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "draw.hpp"

namespace vle {
namespace {

Connection one_to_one(const ConnectionRequest& request, Mistakes& mistakes) {
  Connection connection;
  if (request.pre_size != request.post_size) {
    mistakes.add(request.path + ".one_to_one",
                 "{}: one_to_one joins sides of equal size, but the sender has {} and the receiver {}", request.object,
                 request.pre_size, request.post_size);
    return connection;
  }
  const auto size = static_cast<std::size_t>(request.post_size);
  connection.synapses.row_start.resize(size + 1);
  connection.synapses.column.resize(size);
  std::iota(connection.synapses.row_start.begin(), connection.synapses.row_start.end(), 0U);
  std::iota(connection.synapses.column.begin(), connection.synapses.column.end(), 0U);
  connection.count = request.post_size;
  connection.is_valid = true;
  return connection;
}

Connection draw_sparse(const ConnectionRequest& request, std::uint64_t network_seed, Mistakes& mistakes) {
  Connection connection;
  const double probability = *request.given.probability;
  if (!(probability > 0 && probability <= 1)) {
    mistakes.add(request.path + ".sparse.probability", "{}: probability = {} must be above 0 and at most 1",
                 request.object, probability);
    return connection;
  }
  if (!request.given.pre.empty() || !request.given.post.empty()) {
    mistakes.add(request.path + ".sparse", "{}: sparse has both coordinates and a probability; give one of them",
                 request.object);
    return connection;
  }
  const std::uint64_t seed =
      request.given.seed.value_or(derive_seed(network_seed, request.object_name, "connectivity"));
  Synapses& synapses = connection.synapses;
  synapses.row_start.push_back(0);
  for (std::int64_t i = 0; i < request.post_size; ++i) {
    const std::vector<std::uint32_t> senders = draw_senders(probability, seed, i, request.pre_size);
    synapses.column.insert(synapses.column.end(), senders.begin(), senders.end());
    synapses.row_start.push_back(static_cast<std::uint32_t>(synapses.column.size()));
  }
  connection.count = static_cast<std::int64_t>(synapses.column.size());
  connection.is_valid = true;
  return connection;
}

bool check_coordinates(const ConnectionRequest& request, Mistakes& mistakes) {
  const std::vector<std::int64_t>& pre = request.given.pre;
  const std::vector<std::int64_t>& post = request.given.post;
  if (pre.empty() && post.empty()) {
    mistakes.add(request.path + ".sparse", "{}: sparse needs coordinates (pre and post) or a probability",
                 request.object);
    return false;
  }
  if (pre.size() != post.size()) {
    mistakes.add(request.path + ".sparse", "{}: sparse has {} pre but {} post; each synapse needs both", request.object,
                 pre.size(), post.size());
    return false;
  }
  int bad = 0;
  const auto check = [&](std::string_view side, const std::vector<std::int64_t>& indices, std::int64_t size) {
    for (std::size_t k = 0; k < indices.size() && bad < kMaxValueMistakes; ++k) {
      if (indices[k] >= 0 && indices[k] < size) continue;
      mistakes.add(fmt::format("{}.sparse.{}[{}]", request.path, side, k), "{}: {}[{}] = {} must be 0 to {}",
                   request.object, side, k, indices[k], size - 1);
      ++bad;
    }
  };
  check("pre", pre, request.pre_size);
  check("post", post, request.post_size);
  return bad == 0;
}

bool check_doubled(const ConnectionRequest& request, const std::vector<std::uint32_t>& listed, Mistakes& mistakes) {
  const std::vector<std::int64_t>& pre = request.given.pre;
  const std::vector<std::int64_t>& post = request.given.post;
  int bad = 0;
  for (std::size_t n = 1; n < listed.size() && bad < kMaxValueMistakes; ++n) {
    const std::size_t k = listed[n];
    const std::size_t before = listed[n - 1];
    if (pre[k] != pre[before] || post[k] != post[before]) continue;
    mistakes.add(fmt::format("{}.sparse.pre[{}]", request.path, k),
                 "{}: synapse {} (pre {}, post {}) is listed before, as synapse {}", request.object, k, pre[k], post[k],
                 before);
    ++bad;
  }
  return bad == 0;
}

Connection list_sparse(const ConnectionRequest& request, Mistakes& mistakes) {
  Connection connection;
  if (!check_coordinates(request, mistakes)) return connection;
  const std::vector<std::int64_t>& pre = request.given.pre;
  const std::vector<std::int64_t>& post = request.given.post;
  std::vector<std::uint32_t>& listed = connection.listed;
  listed.resize(pre.size());
  std::iota(listed.begin(), listed.end(), 0U);
  std::stable_sort(listed.begin(), listed.end(), [&](std::uint32_t a, std::uint32_t b) {
    return post[a] != post[b] ? post[a] < post[b] : pre[a] < pre[b];
  });
  if (!check_doubled(request, listed, mistakes)) return connection;

  Synapses& synapses = connection.synapses;
  synapses.row_start.assign(static_cast<std::size_t>(request.post_size) + 1, 0);
  for (const std::uint32_t k : listed) {
    synapses.column.push_back(static_cast<std::uint32_t>(pre[k]));
    ++synapses.row_start[static_cast<std::size_t>(post[k]) + 1];
  }
  std::partial_sum(synapses.row_start.begin(), synapses.row_start.end(), synapses.row_start.begin());
  connection.count = static_cast<std::int64_t>(listed.size());
  connection.is_valid = true;
  return connection;
}

}  // namespace

double expected_synapses(const ConnectionRequest& request) {
  const double pairs = static_cast<double>(request.pre_size) * static_cast<double>(request.post_size);
  switch (request.given.kind) {
    case ConnectivityDescription::Kind::kDense:
      return pairs;
    case ConnectivityDescription::Kind::kOneToOne:
      return static_cast<double>(request.post_size);
    case ConnectivityDescription::Kind::kSparse:
      break;
  }
  if (!request.given.probability) return static_cast<double>(request.given.pre.size());
  const double probability = *request.given.probability;
  return std::isfinite(probability) ? pairs * std::clamp(probability, 0.0, 1.0) : 0;
}

Connection connect(const ConnectionRequest& request, std::uint64_t network_seed, Mistakes& mistakes) {
  Connection connection;
  switch (request.given.kind) {
    case ConnectivityDescription::Kind::kDense:
      connection.is_valid = true;
      connection.count = request.pre_size * request.post_size;
      break;
    case ConnectivityDescription::Kind::kOneToOne:
      connection = one_to_one(request, mistakes);
      break;
    case ConnectivityDescription::Kind::kSparse:
      connection =
          request.given.probability ? draw_sparse(request, network_seed, mistakes) : list_sparse(request, mistakes);
      break;
  }
  connection.synapses.pre_size = request.pre_size;
  connection.synapses.post_size = request.post_size;
  return connection;
}

}  // namespace vle
