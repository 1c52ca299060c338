// registry/repository_state.hpp: what a Repository holds.
#pragma once

#include <memory>
#include <string_view>

#include "registry/conversation.hpp"
#include "registry/repository.hpp"

namespace occy::registry {

struct Repository::State {
  std::shared_ptr<const Conversation> talk;

  [[nodiscard]] Side side() const { return talk->address().account.side; }

  /// For what only reads: where one writes, the token for that does for all.
  [[nodiscard]] Scope::Access access_to_read() const {
    return side() == Side::output ? Scope::Access::push : Scope::Access::pull;
  }

  [[nodiscard]] Question about_manifest(std::string method, std::string_view reference, Scope::Access access) const;

  /// GET or HEAD.
  [[nodiscard]] Question about_blob(std::string method, const Digest& digest) const;

  /// Throws unless it is a success. `missing`: what 404 means.
  void require(const Question& question, const Reply& reply, const char* missing) const;
};

/// The digest, when the reference is one and no tag.
[[nodiscard]] std::optional<Digest> digest_in(std::string_view reference);

}  // namespace occy::registry
