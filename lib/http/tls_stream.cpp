#include "http/tls_stream.hpp"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>

namespace occy::http {
namespace {

namespace ssl = boost::asio::ssl;

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

/// The dot of the root is a matter of looking names up; no certificate has it (RFC 6066, 3).
std::string_view without_root_dot(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

bool set_expected(X509_VERIFY_PARAM* expected, const std::string& host) {
  if (is_address(host)) return X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1;
  return !host.empty() && X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size()) == 1;
}

}  // namespace

TlsStream::TlsStream(Socket socket, const TlsContext& context, std::string_view host)
    : host_(without_root_dot(host)), stream_(std::move(socket), context.get()) {
  // RFC 6066, 3: no addresses.
  if (!is_address(host_))
    SSL_ctrl(stream_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host_.data());
  if (context.certificates() == Call::Certificates::any)
    stream_.set_verify_mode(ssl::verify_none);
  else
    expect_host();
}

void TlsStream::expect_host() {
  X509_VERIFY_PARAM* const expected = SSL_get0_param(stream_.native_handle());
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // OpenSSL expects no name at all when it cannot take this one.
  ready_ = set_expected(expected, host_);
  stream_.set_verify_mode(ssl::verify_peer);
  stream_.set_verify_callback([this](bool good, ssl::verify_context& context) {
    if (!good) fault_.note(context.native_handle());
    return good;
  });
}

void TlsStream::shake_hands(Done done) {
  stream_.async_handshake(ssl::stream_base::client, [done = std::move(done)](const auto& error) { done(error, 0); });
}

ErrorDetail TlsStream::explain(const boost::system::error_code& error) const {
  return fault_.is_known() ? fault_.explain(host_) : explain_handshake(error);
}

void TlsStream::read_some(std::span<std::byte> into, Done done) {
  stream_.async_read_some(boost::asio::buffer(into.data(), into.size()), std::move(done));
}

void TlsStream::write_some(const Pieces& pieces, Done done) { stream_.async_write_some(pieces, std::move(done)); }

}  // namespace occy::http
