// http/tls_fault.hpp: why a TLS handshake failed, in words.
#pragma once

#include <openssl/x509_vfy.h>

#include <boost/system/error_code.hpp>
#include <string>

#include "occy/error.hpp"

namespace occy::http {

/// What was wrong with the server's certificate, noted while it is looked at: afterwards OpenSSL has forgotten it.
class CertificateFault {
 public:
  /// To be called by the verification with each fault that it finds.
  void note(X509_STORE_CTX* store);

  [[nodiscard]] bool is_known() const noexcept { return code_ != X509_V_OK; }

  /// For a server that was asked for as `host`.
  [[nodiscard]] ErrorDetail explain(const std::string& host) const;

 private:
  int code_ = X509_V_OK;
  std::string names_;
  std::string subject_;
  std::string issuer_;
  std::string not_before_;
  std::string not_after_;
};

/// Why else.
[[nodiscard]] ErrorDetail explain_handshake(const boost::system::error_code& error);

}  // namespace occy::http
