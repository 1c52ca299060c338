#include <openssl/evp.h>

#include <new>
#include <utility>

#include "occy/digest.hpp"
#include "occy/error.hpp"

namespace occy {
namespace {

void require(bool succeeded) {
  if (!succeeded) throw Error(Errc::unsupported, Side::usage, {"SHA-256", "the OpenSSL of this system refuses it"});
}

struct MethodDeleter {
  void operator()(EVP_MD* method) const noexcept { EVP_MD_free(method); }
};

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

// Looked up once: a fetch by name costs more than hashing a small document, and takes a lock.
const EVP_MD* sha256_method() {
  static const std::unique_ptr<EVP_MD, MethodDeleter> method(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  require(method != nullptr);
  return method.get();
}

}  // namespace

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, ContextDeleter> context{EVP_MD_CTX_new()};

  State() {
    if (context == nullptr) throw std::bad_alloc();
    restart();
  }

  void restart() const { require(EVP_DigestInit_ex2(context.get(), sha256_method(), nullptr) == 1); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(Block bytes) { require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1); }

Digest Sha256::finish() {
  Digest::Bytes bytes{};
  require(EVP_DigestFinal_ex(state_->context.get(), reinterpret_cast<unsigned char*>(bytes.data()), nullptr) == 1);
  state_->restart();
  return Digest(bytes);
}

Digest sha256(Block bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

Digest sha256(std::string_view text) { return sha256(std::as_bytes(std::span(text))); }

}  // namespace occy
