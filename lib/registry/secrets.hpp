// registry/secrets.hpp: what must not be read in a message, though a server may say again what it was told.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/credentials.hpp"

namespace occy::registry {

/// Texts in every spelling in which they were sent: plain, in a form, as Basic.
class Secrets {
 public:
  /// Password and identity token.
  [[nodiscard]] static Secrets of(const std::optional<Login>& login);

  /// What stands in "Authorization", without its scheme; and the password in it, where the scheme is Basic.
  [[nodiscard]] static Secrets in_authorization(std::string_view value);

  /// The text with each of them as "***". To be called before the text is cut or its spaces are changed: half a secret
  /// is not found.
  [[nodiscard]] std::string covered(std::string text) const;

  /// Whether a text that was covered has still more of one than a few characters: one that was cut, or that is written
  /// with the escapes of JSON or of URLs.
  [[nodiscard]] bool are_hinted_at(std::string_view text) const;

 private:
  void add(std::string_view secret);

  std::vector<std::string> spellings_;
};

}  // namespace occy::registry
