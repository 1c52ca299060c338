// registry/held_bytes.hpp: the last bytes of a stream.
#pragma once

#include <cstddef>
#include <vector>

#include "occy/digest.hpp"

namespace occy::registry {

/// A ring: what is too much pushes the oldest out. Memory is touched as it fills.
class HeldBytes {
 public:
  explicit HeldBytes(std::size_t most) : most_(most) {}

  /// Never less than before.
  void set_most(std::size_t most);

  void push(Block bytes);

  /// Takes away the oldest.
  void drop(std::size_t count);

  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

  /// How many more there may be before the oldest go.
  [[nodiscard]] std::size_t room() const noexcept { return most_ - bytes_.size(); }

  /// The oldest first; valid until the next change.
  [[nodiscard]] Block all();

 private:
  /// Makes the oldest the first, in memory too: rare, as only what broke needs it.
  void straighten();

  std::size_t most_;
  std::vector<std::byte> bytes_;
  std::size_t oldest_ = 0;  ///< 0 as long as there is room
};

}  // namespace occy::registry
