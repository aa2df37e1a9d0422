#pragma once

#include <boost/asio/ssl.hpp>
#include <string>
#include <vle/result/result.hpp>

namespace vle::link {

/// TLS 1.3, both ends certified by `authority.pem` of the folder. `end`: `host` or `board`, whose .pem and .key this
/// end shows. Errors (kInvalidInput) name the file.
[[nodiscard]] Result<> set_up_tls(boost::asio::ssl::context& context, const std::string& folder,
                                  const std::string& end);

}  // namespace vle::link
