#include "http/tls_context.hpp"

#include <openssl/ssl.h>

#include "io/file.hpp"

namespace occy::http {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

void check_file(const std::filesystem::path& path, const error_code& error, const char* what, std::string hint = {}) {
  if (error) throw Error{Errc::bad_document, Side::usage, {path.string(), what, {}, error.message(), std::move(hint)}};
}

/// "Not there" and "no permission" in the system's words, not in OpenSSL's.
void check_readable(const std::filesystem::path& path) { (void)io::File::open_to_read(path, Side::usage); }

void trust(ssl::context& context, const std::filesystem::path& authorities) {
  error_code error;
  // A system without any is one where all certificates are of an unknown authority.
  context.set_default_verify_paths(error);
  if (authorities.empty()) return;
  check_readable(authorities);
  context.load_verify_file(authorities.string(), error);
  check_file(authorities, error, "no certificates in PEM");
}

void show(ssl::context& context, const TlsFiles& files) {
  if (files.client_certificate.empty() && files.client_key.empty()) return;
  if (files.client_certificate.empty() || files.client_key.empty())
    throw Error{Errc::bad_document,
                Side::usage,
                {(files.client_certificate.empty() ? files.client_key : files.client_certificate).string(),
                 "a client certificate and its key are given together"}};
  check_readable(files.client_certificate);
  check_readable(files.client_key);
  error_code error;
  context.use_certificate_chain_file(files.client_certificate.string(), error);
  check_file(files.client_certificate, error, "no certificate in PEM");
  context.use_private_key_file(files.client_key.string(), ssl::context::pem, error);
  check_file(files.client_key, error, "no key in PEM for the client certificate",
             "keys must not be encrypted: nobody is asked for a password");
}

}  // namespace

TlsContext::TlsContext(const TlsFiles& files, Call::Certificates certificates) : certificates_(certificates) {
  SSL_CTX* const native = context_.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  // OpenSSL itself would ask on the terminal.
  SSL_CTX_set_default_passwd_cb(native, [](char*, int, int, void*) { return 0; });
  trust(context_, files.authorities);
  show(context_, files);
}

}  // namespace occy::http
