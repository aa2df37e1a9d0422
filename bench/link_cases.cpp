#include <openssl/sha.h>
#include <vle/firmware/frame.h>

#include <array>
#include <thread>
#include <vle/board/board_server.hpp>
#include <vle/link/link_backend.hpp>
#include <vle/result/check.hpp>

#include "cases.hpp"
#include "chip_runs.hpp"
#include "loopback.hpp"
#include "shapes.hpp"

namespace vle::bench {
namespace {

constexpr std::size_t kChunk = 16384;  // what the virtual board takes in one request
constexpr std::size_t kSmallRequest = 24;
constexpr std::uint32_t kSomeRegister = 100;

/// A virtual board of `ideal` on a thread of this process, and a client of it.
class BoardAndClient {
 public:
  BoardAndClient() {
    board::BoardSpec spec;
    spec.target = shipped_target("ideal");
    spec.boot_id = 1;
    spec.firmware_version = "bench";
    auto opened = board::BoardServer::open(std::move(spec), link::parse_link_uri("tcp://127.0.0.1:0").value());
    VLE_CHECK(opened.has_value(), "{}", opened.error().message);
    server_ = std::move(*opened);
    thread_ = std::jthread([this](const std::stop_token& stop) { server_->serve(stop); });
    auto client = link::open_link(link::parse_link_uri(server_->address()).value());
    VLE_CHECK(client.has_value(), "{}", client.error().message);
    client_ = std::move(*client);
  }

  link::LinkBackend& client() { return *client_; }

 private:
  std::unique_ptr<board::BoardServer> server_;
  std::jthread thread_;
  std::unique_ptr<link::LinkBackend> client_;
};

// Up to the answer to the commit: the board has all, has hashed it, and holds it in its registers. The emulated chip is
// programmed from them when its first run begins.

/// Two maps that differ in a weight, so that the board never holds already what it is sent.
using TwoMaps = std::array<std::shared_ptr<const ParameterMap>, 2>;

TwoMaps two_maps(std::int64_t size) {
  const auto map = compile_for(*make_stack({16, size, size}), shipped_target("ideal"));
  auto other = std::make_shared<ParameterMap>(*map);
  other->image.back() ^= 1;
  return {map, other};
}

Measurement upload_of(std::string name, std::shared_ptr<const TwoMaps> maps) {
  return {std::move(name),
          [maps] {
            auto ends = std::make_shared<BoardAndClient>();
            auto turn = std::make_shared<std::size_t>(0);
            return Work([ends, maps, turn] {
              const Result<> loaded = ends->client().load((*maps)[(*turn)++ % 2]);
              VLE_CHECK(loaded.has_value(), "{}", loaded.error().message);
            });
          },
          1, Clock::kWall};
}

Group upload_group(Extent extent) {
  const auto maps = std::make_shared<const TwoMaps>(two_maps(extent.size(1000, 60)));
  const std::size_t size = 2 * maps->front()->image.size();
  Group group;
  const auto bytes = std::make_shared<const std::vector<std::uint8_t>>(size, 7);
  const Measurement copy{"limit: plain Asio copy",
                         [size] {
                           auto sink = std::make_shared<PlainSink>();
                           return Work([sink, size] { sink->copy(size, kChunk); });
                         },
                         1, Clock::kWall};
  const Measurement sha{"limit: SHA-256 alone",
                        [bytes] {
                          return Work([bytes] {
                            std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
                            SHA256(bytes->data(), bytes->size(), hash.data());
                          });
                        },
                        1, Clock::kWall};
  const Measurement crc{"limit: CRC-32 alone",
                        [bytes] {
                          return Work([bytes] {
                            volatile std::uint32_t sum = vle_fw_crc32(0, bytes->data(), bytes->size());
                            static_cast<void>(sum);
                          });
                        },
                        1, Clock::kWall};
  Row row{"", "the slowest of copy, SHA-256 and CRC-32", {copy.name, sha.name, crc.name}, 2};
  row.takes_largest = true;
  group.add(upload_of(fmt::format("load() of {:.1f} MB, hashed at both ends", static_cast<double>(size) / 1e6), maps),
            row);
  for (const Measurement& limit : {copy, sha, crc}) group.add(limit, {});
  return group;
}

Group round_trip_group() {
  Group group;
  const auto maps = std::make_shared<const TwoMaps>(two_maps(16));
  const Measurement echo{"limit: bare Asio echo",
                         [] {
                           auto ends = std::make_shared<PlainEcho>();
                           return Work([ends] { ends->round_trip(kSmallRequest); });
                         },
                         1, Clock::kWall};
  const Measurement request{"read of one register",
                            [maps] {
                              auto ends = std::make_shared<BoardAndClient>();
                              const Result<> loaded = ends->client().load(maps->front());
                              VLE_CHECK(loaded.has_value(), "{}", loaded.error().message);
                              return Work([ends] {
                                const auto words = ends->client().read_registers(kSomeRegister, 1);
                                VLE_CHECK(words.has_value(), "{}", words.error().message);
                              });
                            },
                            1, Clock::kWall};
  group.add(request, {"", "bare Asio echo", {echo.name}, 1.5});
  group.add(echo, {});
  return group;
}

}  // namespace

std::vector<GroupRecipe> link_groups(Extent extent) {
  return {{fmt::format("link: upload over loopback TCP, {} bytes a write", kChunk),
           [extent] { return upload_group(extent); }},
          {"link: round trip over loopback TCP", [] { return round_trip_group(); }}};
}

}  // namespace vle::bench
