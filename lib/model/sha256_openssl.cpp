#include <openssl/evp.h>

#include <new>

#include "model/sha256_state.hpp"
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

class PortableSha256 final : public Sha256State {
 public:
  PortableSha256() {
    if (context_ == nullptr) throw std::bad_alloc();
    restart();
  }

  void update(Block bytes) override { require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1); }

  void update_both(Block bytes, Sha256State& other, Block others) override {
    update(bytes);
    other.update(others);
  }

  Digest finish() override {
    Digest::Bytes bytes{};
    require(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(bytes.data()), nullptr) == 1);
    restart();
    return Digest(bytes);
  }

 private:
  void restart() { require(EVP_DigestInit_ex2(context_.get(), sha256_method(), nullptr) == 1); }

  std::unique_ptr<EVP_MD_CTX, ContextDeleter> context_{EVP_MD_CTX_new()};
};

}  // namespace

std::unique_ptr<Sha256State> make_portable_sha256() { return std::make_unique<PortableSha256>(); }

}  // namespace occy
