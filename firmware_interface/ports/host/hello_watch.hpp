#pragma once

#include <vle/firmware/frame.h>
#include <vle/v1/link.np.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace vle::board {

/// Reads along what a client sends, to know it by its Hello before any firmware has the bytes.
class HelloWatch {
 public:
  HelloWatch();
  HelloWatch(const HelloWatch&) = delete;
  HelloWatch& operator=(const HelloWatch&) = delete;

  struct Seen {
    std::size_t taken = 0;  ///< bytes up to the end of a frame, or all of them
    bool frame_ended = false;
    std::optional<std::uint64_t> nonce;  ///< the frame was a Hello of this client
  };
  Seen feed(std::span<const std::uint8_t> bytes);

 private:
  std::vector<std::uint8_t> buffer_;
  vle_fw_decoder decoder_{};
  std::unique_ptr<vle_v1_LinkRequest> request_;
};

}  // namespace vle::board
