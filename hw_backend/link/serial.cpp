#include <sys/file.h>
#include <termios.h>

#include <cerrno>

#include "media.hpp"
#include "resolve.hpp"

namespace vle::link {
namespace {

/// A line of its own: 8N1, nobody else may open it, and nothing of an earlier session is left in it.
boost::system::error_code set_up(asio::serial_port& port, const SerialUri& uri) {
  using asio::serial_port_base;
  boost::system::error_code error;
  const auto set = [&](const auto& option) {
    if (!error) port.set_option(option, error);
  };
  set(serial_port_base::character_size(8));
  set(serial_port_base::parity(serial_port_base::parity::none));
  set(serial_port_base::stop_bits(serial_port_base::stop_bits::one));
  set(serial_port_base::flow_control(uri.hardware_flow ? serial_port_base::flow_control::hardware
                                                       : serial_port_base::flow_control::none));
  set(serial_port_base::baud_rate(uri.baud));
  if (error) return error;
  if (flock(port.native_handle(), LOCK_EX | LOCK_NB) != 0) return {errno, boost::system::system_category()};
  tcflush(port.native_handle(), TCIOFLUSH);
  return error;
}

class SerialMedium final : public Medium {
 public:
  explicit SerialMedium(SerialUri uri) : uri_(std::move(uri)) {}

  std::string name() const override { return to_string(uri_); }
  Duration byte_time() const override {
    constexpr int kBitsOfByte = 10;
    return Duration(std::chrono::seconds(kBitsOfByte)) / uri_.baud;
  }

  Result<std::unique_ptr<Transport>> connect(TimePoint) override {
    auto io = std::make_unique<asio::io_context>();
    asio::serial_port port(*io);
    boost::system::error_code error;
    port.open(uri_.device, error);
    if (error) return no_board(name(), error);
    if (error = set_up(port, uri_); error) {
      return fail(ErrorCode::kDevice, "{}: the line is in use, or does not take {} baud, {}: {}", name(), uri_.baud,
                  uri_.hardware_flow ? "hardware flow control" : "no flow control", error.message());
    }
    return std::make_unique<AsioTransport<asio::serial_port>>(std::move(io), std::move(port), name());
  }

 private:
  SerialUri uri_;
};

}  // namespace

std::unique_ptr<Medium> make_serial_medium(const SerialUri& uri) {
  return std::make_unique<SerialMedium>(uri);
}

}  // namespace vle::link
