#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace vle {

/// SHA-256 over a sequence of typed values. Numbers count as little-endian bytes, strings and arrays with their length,
/// so that different sequences of values never feed the same bytes.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  Digest& add(std::string_view text);
  Digest& add(std::span<const double> values);
  Digest& add(std::span<const std::uint32_t> values);
  Digest& add(std::span<const std::uint16_t> values);
  Digest& add(double value) { return add_bytes(&value, sizeof value); }
  template <class T>
  requires(std::integral<T> || std::is_enum_v<T>) Digest& add(T value) {
    const auto wide = static_cast<std::uint64_t>(value);
    return add_bytes(&wide, sizeof wide);
  }

  /// The hash as 64 lower-case hexadecimal digits. Ends the digest.
  std::string hex();

 private:
  Digest& add_bytes(const void* bytes, std::size_t size);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vle
