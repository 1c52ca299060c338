// http/tls_context.hpp: whom one trusts, and who one is, over TLS.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include "http/client.hpp"

namespace occy::http {

/// TLS 1.2 or newer. Threads: once made, it may be used by several at once.
class TlsContext {
 public:
  /// Throws Error (side: usage) when a file cannot be used: not there, not PEM, a key that does not fit, or is
  /// encrypted.
  TlsContext(const TlsFiles& files, Call::Certificates certificates);

  [[nodiscard]] boost::asio::ssl::context& get() const noexcept { return context_; }
  [[nodiscard]] Call::Certificates certificates() const noexcept { return certificates_; }

 private:
  /// Asio asks for one that may change; OpenSSL counts its users.
  mutable boost::asio::ssl::context context_{boost::asio::ssl::context::tls_client};
  Call::Certificates certificates_;
};

}  // namespace occy::http
