// occy/reference.hpp: the name of an image.
//
// Grammar: github.com/distribution/reference, `reference = name [ ":" tag ] [ "@" digest ]`. The domain is what stands
// before the first slash when it has a dot, a colon or an upper-case letter, or is "localhost".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "occy/digest.hpp"
#include "occy/export.hpp"
#include "occy/result.hpp"

namespace occy {

/// A parsed name. A plain value; one that parse() made keeps to the grammar.
struct OCCY_API Reference {
  /// "registry.example:5000", or empty when the text named none.
  std::string domain;

  /// "library/debian".
  std::string path;

  /// "12"; empty when the text named none.
  std::string tag;

  std::optional<Digest> digest;

  /// Reads `[domain/]path[:tag][@digest]`. Caps: 255 characters for domain and path together, 128 for the tag. Refuses
  /// a bare run of 64 hexadecimal digits, which an engine would take for an image id.
  [[nodiscard]] static result<Reference> parse(std::string_view text);

  /// The text that parse() reads back to the same value.
  [[nodiscard]] std::string str() const;

  /// The same with the tag "latest" when there is neither tag nor digest: what an engine understands by the short form.
  [[nodiscard]] Reference with_default_tag() const;

  /// Domain, path, tag and digest in full: "debian" is "docker.io/library/debian:latest". Two references name the same
  /// image exactly when these are equal.
  [[nodiscard]] std::string canonical() const;

  friend bool operator==(const Reference&, const Reference&) = default;
};

}  // namespace occy
