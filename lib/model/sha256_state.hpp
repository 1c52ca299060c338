// model/sha256_state.hpp: the ways to compute a SHA-256.
#pragma once

#include <memory>

#include "occy/digest.hpp"

namespace occy {

/// One digest on its way.
class Sha256State {
 public:
  Sha256State() = default;
  Sha256State(const Sha256State&) = delete;
  Sha256State& operator=(const Sha256State&) = delete;
  virtual ~Sha256State() = default;

  virtual void update(Block bytes) = 0;

  /// As both updates. `other` is of the same kind as this one.
  virtual void update_both(Block bytes, Sha256State& other, Block others) = 0;

  /// The digest of all bytes so far. Afterwards the object is as new.
  [[nodiscard]] virtual Digest finish() = 0;
};

/// By OpenSSL, everywhere. Throws Error, Errc::unsupported, where OpenSSL refuses.
[[nodiscard]] std::unique_ptr<Sha256State> make_portable_sha256();

/// By the SHA extensions of this processor, two streams at the cost of one; null where it has none.
[[nodiscard]] std::unique_ptr<Sha256State> make_native_sha256();

}  // namespace occy
