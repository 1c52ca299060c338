#include "http/tls_fault.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/ssl/error.hpp>
#include <memory>

namespace occy::http {
namespace {

/// A certificate for hundreds of names is recognised by some.
constexpr int kNamesShown = 5;

constexpr const char* kUntrusted = "the certificate is not trusted";

/// What `print` writes.
template <class Print>
std::string printed(const Print& print) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio{BIO_new(BIO_s_mem()), BIO_free};
  if (bio == nullptr || print(bio.get()) <= 0) return "?";
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string text_of(const X509_NAME* name) {
  return printed([&](BIO* bio) { return X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB); });
}

std::string text_of_time(const ASN1_TIME* time) {
  return printed([&](BIO* bio) { return ASN1_TIME_print_ex(bio, time, ASN1_DTFLGS_ISO8601); });
}

std::string text_of_string(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string address_text(const ASN1_OCTET_STRING* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(bytes) == sizeof(in_addr) ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(bytes) != sizeof(in6_addr)) return "?";
  return ::inet_ntop(family, ASN1_STRING_get0_data(bytes), text.data(), text.size());
}

std::string name_text(const GENERAL_NAME& name) {
  int type = 0;
  const void* value = GENERAL_NAME_get0_value(&name, &type);
  if (type == GEN_DNS) return text_of_string(static_cast<const ASN1_IA5STRING*>(value));
  return type == GEN_IPADD ? address_text(static_cast<const ASN1_OCTET_STRING*>(value)) : std::string{};
}

std::string names_of(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names{
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free};
  const int count = names == nullptr ? 0 : sk_GENERAL_NAME_num(names.get());
  std::string text;
  for (int i = 0; i < count && i < kNamesShown; ++i) {
    const std::string name = name_text(*sk_GENERAL_NAME_value(names.get(), i));
    text.append(text.empty() || name.empty() ? "" : ", ").append(name);
  }
  if (count > kNamesShown) text += ", …";
  return text.empty() ? "no name of a host (" + text_of(X509_get_subject_name(certificate)) + ")" : text;
}

}  // namespace

void CertificateFault::note(X509_STORE_CTX* store) {
  const X509* const certificate = X509_STORE_CTX_get_current_cert(store);
  code_ = X509_STORE_CTX_get_error(store);
  if (certificate == nullptr) return;
  names_ = names_of(certificate);
  subject_ = text_of(X509_get_subject_name(certificate));
  issuer_ = text_of(X509_get_issuer_name(certificate));
  not_before_ = text_of_time(X509_get0_notBefore(certificate));
  not_after_ = text_of_time(X509_get0_notAfter(certificate));
}

ErrorDetail CertificateFault::explain(const std::string& host) const {
  switch (code_) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return {{}, "the certificate has expired", {}, subject_ + ", valid until " + not_after_};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return {{},
              "the certificate is not valid yet",
              {},
              subject_ + ", valid from " + not_before_,
              "is the clock of this machine right?"};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return {{}, "the certificate is for another name", host, names_};
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return {{}, kUntrusted, {}, "self-signed (" + subject_ + ")", "give it as an authority if it is the right one"};
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return {{}, kUntrusted, {}, "unknown authority (" + issuer_ + ")", "give the authority's certificate"};
    default:
      return {{}, kUntrusted, {}, std::string{X509_verify_cert_error_string(code_)} + " (" + subject_ + ")"};
  }
}

ErrorDetail explain_handshake(const boost::system::error_code& error) {
  if (error.category() != boost::asio::error::get_ssl_category())
    return {{}, "the server ended the TLS handshake", {}, error.message()};
  switch (ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_RECORD_LENGTH_MISMATCH:
      return {{}, "the server does not speak TLS", {}, {}, "does it speak plain HTTP?"};
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return {{}, "no common version of TLS", "1.2 or newer", {}};
    default:
      return {{}, "the TLS handshake failed", {}, error.message()};
  }
}

}  // namespace occy::http
