#include <openssl/evp.h>

#include <array>
#include <bit>
#include <vle/digest/digest.hpp>
#include <vle/result/check.hpp>

namespace vle {

static_assert(std::endian::native == std::endian::little, "hashes and files are defined over little-endian bytes");

struct Digest::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Digest::Digest() : state_(std::make_unique<State>()) {
  VLE_CHECK(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1, "SHA-256 is not available");
}

Digest::~Digest() = default;

Digest& Digest::add_bytes(const void* bytes, std::size_t size) {
  VLE_CHECK(EVP_DigestUpdate(state_->context, bytes, size) == 1, "SHA-256 refused {} bytes", size);
  return *this;
}

Digest& Digest::add(std::string_view text) {
  return add(text.size()).add_bytes(text.data(), text.size());
}
Digest& Digest::add(std::span<const double> values) {
  return add(values.size()).add_bytes(values.data(), values.size_bytes());
}
Digest& Digest::add(std::span<const std::uint32_t> values) {
  return add(values.size()).add_bytes(values.data(), values.size_bytes());
}
Digest& Digest::add(std::span<const std::uint16_t> values) {
  return add(values.size()).add_bytes(values.data(), values.size_bytes());
}

std::string Digest::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  VLE_CHECK(EVP_DigestFinal_ex(state_->context, hash.data(), &size) == 1, "SHA-256 did not end");
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", hash[i]);
  return text;
}

}  // namespace vle
