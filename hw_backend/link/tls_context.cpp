#include "tls_context.hpp"

#include <sys/stat.h>

namespace vle::link {
namespace {

Result<> check_key(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    return fail(ErrorCode::kInvalidInput, "{}: no such key; make one with scripts/make-certificates.sh", path);
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
  return fail(ErrorCode::kInvalidInput, "{}: others than its owner can read this key; chmod 600 it", path);
}

}  // namespace

Result<> set_up_tls(boost::asio::ssl::context& context, const std::string& folder, const std::string& end) {
  namespace ssl = boost::asio::ssl;
  const std::string key = folder + "/" + end + ".key";
  if (Result<> ok = check_key(key); !ok) return ok;
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_3_VERSION);
  boost::system::error_code error;
  const auto refuse = [&](const std::string& path) {
    return fail(ErrorCode::kInvalidInput, "{}: {}; make certificates with scripts/make-certificates.sh", path,
                error.message());
  };
  context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
  if (context.load_verify_file(folder + "/authority.pem", error); error) return refuse(folder + "/authority.pem");
  if (context.use_certificate_chain_file(folder + "/" + end + ".pem", error); error) {
    return refuse(folder + "/" + end + ".pem");
  }
  if (context.use_private_key_file(key, ssl::context::pem, error); error) return refuse(key);
  return {};
}

}  // namespace vle::link
