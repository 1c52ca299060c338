#include "support/test_certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <stdexcept>

namespace occy::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

Key make_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

void set_common_name(X509_NAME* subject, const std::string& name) {
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
}

void extend(X509* certificate, int kind, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension{
      X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()), X509_EXTENSION_free};
  if (extension == nullptr || X509_add_ext(certificate, extension.get(), -1) != 1)
    throw std::runtime_error("test certificate: bad extension " + value);
}

Certificate make_certificate(EVP_PKEY* key, const std::string& name, std::chrono::seconds from,
                             std::chrono::seconds until) {
  static std::atomic<long> serial = 1;
  Certificate certificate{X509_new(), X509_free};
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), until.count());
  set_common_name(X509_get_subject_name(certificate.get()), name);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

void sign(X509* certificate, const X509* issuer, EVP_PKEY* key) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  if (X509_sign(certificate, key, EVP_sha256()) == 0) throw std::runtime_error("test certificate: cannot sign");
}

std::filesystem::path write(const X509* certificate, const std::filesystem::path& path) {
  const File file{std::fopen(path.c_str(), "w"), std::fclose};
  PEM_write_X509(file.get(), certificate);
  return path;
}

std::filesystem::path write(const EVP_PKEY* key, const std::filesystem::path& path) {
  const File file{std::fopen(path.c_str(), "w"), std::fclose};
  PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return path;
}

}  // namespace

struct TestAuthority::State {
  std::filesystem::path directory;
  Key key = make_key();
  Certificate certificate{nullptr, X509_free};
  std::filesystem::path file = {};
};

TestAuthority::TestAuthority(std::filesystem::path directory, const std::string& name)
    : state_(std::make_unique<State>(State{std::move(directory)})) {
  State& s = *state_;
  s.certificate = make_certificate(s.key.get(), name, std::chrono::hours{-2}, std::chrono::hours{2});
  extend(s.certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  sign(s.certificate.get(), s.certificate.get(), s.key.get());
  s.file = write(s.certificate.get(), s.directory / (name + ".pem"));
}

TestAuthority::~TestAuthority() = default;

std::filesystem::path TestAuthority::certificate() const { return state_->file; }

TestAuthority::Issued TestAuthority::issue(const std::string& name, const Wishes& wishes) const {
  const Key key = make_key();
  const Certificate certificate = make_certificate(key.get(), name, wishes.valid_from, wishes.valid_until);
  extend(certificate.get(), NID_subject_alt_name, wishes.names);
  if (wishes.signer == Wishes::Signer::itself)
    sign(certificate.get(), certificate.get(), key.get());
  else
    sign(certificate.get(), state_->certificate.get(), state_->key.get());
  return {write(certificate.get(), state_->directory / (name + ".pem")),
          write(key.get(), state_->directory / (name + ".key"))};
}

}  // namespace occy::test
