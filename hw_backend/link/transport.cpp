#include <thread>
#include <vle/link/transport.hpp>

namespace vle::link {

void Medium::pause(TimePoint until) {
  std::this_thread::sleep_until(until);
}

}  // namespace vle::link
