#include <vle/serial_chip/serial_chip_server.hpp>

#include <random>

#include "chip_end.hpp"
#include "listener.hpp"

namespace vle::serial_chip {

namespace asio = board::asio;
using board::ByteStream;

class SerialChipServer::Server {
 public:
  explicit Server(board::BoardSpec spec)
      : spec_(std::move(spec)), chip_(spec_, static_cast<std::uint16_t>(std::random_device{}())) {}

  Result<> listen_on(const link::LinkUri& uri) {
    Result<std::unique_ptr<board::Listener>> listener = board::listen(io_, uri);
    if (!listener) return tl::unexpected(listener.error());
    listener_ = std::move(*listener);
    return {};
  }
  std::string address() const { return listener_->address(); }

  void serve(const std::stop_token& stop) {
    const std::stop_callback on_stop(stop, [this] { asio::post(io_, [this] { io_.stop(); }); });
    asio::co_spawn(io_, listener_->accept([this](std::unique_ptr<ByteStream> stream) { welcome(std::move(stream)); }),
                   asio::detached);
    io_.run();
  }

 private:
  using Shared = std::shared_ptr<ByteStream>;

  void welcome(Shared stream) {
    if (board_) board_->close();
    board_ = stream;
    chip_.restart_line();
    asio::co_spawn(io_, converse(std::move(stream)), asio::detached);
  }

  asio::awaitable<void> converse(Shared stream) {
    std::vector<std::uint8_t> bytes(4096);
    StreamError error = co_await stream->greet();
    while (!error && stream == board_) {
      const auto [failed, count] = co_await stream->read(bytes);
      error = failed;
      if (error || stream != board_) break;
      const std::vector<std::uint8_t> answers = chip_.receive(std::span(bytes).first(count));
      if (!answers.empty()) error = co_await stream->write(answers);
    }
    stream->close();
    if (stream == board_) board_.reset();
  }

  using StreamError = board::StreamError;

  board::BoardSpec spec_;
  ChipEnd chip_;
  asio::io_context io_;
  std::unique_ptr<board::Listener> listener_;
  Shared board_;  ///< the one that connected last
};

SerialChipServer::SerialChipServer(std::unique_ptr<Server> server) : server_(std::move(server)) {}
SerialChipServer::~SerialChipServer() = default;

Result<std::unique_ptr<SerialChipServer>> SerialChipServer::open(board::BoardSpec spec, const link::LinkUri& bus) {
  auto server = std::make_unique<Server>(std::move(spec));
  if (Result<> ok = server->listen_on(bus); !ok) return tl::unexpected(ok.error());
  return std::unique_ptr<SerialChipServer>(new SerialChipServer(std::move(server)));
}

std::string SerialChipServer::address() const {
  return server_->address();
}

void SerialChipServer::serve(const std::stop_token& stop) {
  server_->serve(stop);
}

}  // namespace vle::serial_chip
