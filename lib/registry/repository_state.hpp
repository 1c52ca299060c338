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
  [[nodiscard]] Question about_manifest(std::string method, std::string_view reference, Scope::Access access) const;
  [[nodiscard]] Question about_blob(std::string method, const Digest& digest) const;

  /// Throws unless it is a success. `missing`: what 404 means.
  void require(const Question& question, const Reply& reply, const char* missing) const;
};

/// The digest, when the reference is one and no tag.
[[nodiscard]] std::optional<Digest> digest_in(std::string_view reference);

}  // namespace occy::registry
