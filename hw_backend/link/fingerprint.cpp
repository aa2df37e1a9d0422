#include "fingerprint.hpp"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <vle/result/check.hpp>

namespace vle::link {

std::string fingerprint_of(const X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  const int done = X509_digest(&certificate, EVP_sha256(), hash.data(), &size);
  VLE_CHECK(done == 1, "SHA-256 of a certificate gives {}", done);
  std::string digits;
  for (unsigned int i = 0; i < size; ++i) digits += fmt::format("{:02x}", hash[i]);
  return digits;
}

std::optional<std::string> parse_fingerprint(std::string_view text) {
  constexpr std::size_t kDigits = 64;
  std::string digits;
  for (const char c : text) {
    if (c != ':') digits += static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
  }
  if (digits.size() != kDigits || digits.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return std::nullopt;
  }
  return digits;
}

Result<std::set<std::string>> read_fingerprints(const std::string& path) {
  std::ifstream file(path);
  if (!file) return fail(ErrorCode::kIo, "{}: no such list of fingerprints", path);
  std::set<std::string> fingerprints;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos || line[begin] == '#') continue;
    const std::string word = line.substr(begin, line.find_first_of(" \t\r", begin) - begin);
    const auto fingerprint = parse_fingerprint(word);
    if (!fingerprint) {
      return fail(ErrorCode::kInvalidInput,
                  "{}:{}: \"{}\" is no fingerprint; it takes 64 hexadecimal digits, as `openssl x509 -noout "
                  "-fingerprint -sha256 -in host.pem` prints them",
                  path, number, word);
    }
    fingerprints.insert(*fingerprint);
  }
  if (fingerprints.empty()) {
    return fail(ErrorCode::kInvalidInput, "{}: lists no fingerprint; nobody could reach the board", path);
  }
  return fingerprints;
}

}  // namespace vle::link
