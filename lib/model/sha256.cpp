#include "model/sha256_state.hpp"
#include "occy/digest.hpp"

namespace occy {
namespace {

// All of one kind: update_both() relies on it.
std::unique_ptr<Sha256State> make_state() {
  if (auto native = make_native_sha256()) return native;
  return make_portable_sha256();
}

}  // namespace

Sha256::Sha256() : state_(make_state()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(Block bytes) { state_->update(bytes); }

Digest Sha256::finish() { return state_->finish(); }

void update_both(Sha256& first, Block bytes, Sha256& second, Block others) {
  first.state_->update_both(bytes, *second.state_, others);
}

Digest sha256(Block bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

Digest sha256(std::string_view text) { return sha256(std::as_bytes(std::span(text))); }

}  // namespace occy
