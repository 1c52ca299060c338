// inputs/layout_root.hpp: the documents of an OCI layout, in a directory or in an archive, and which of them is the
// root of what is copied.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "inputs/oci_choice.hpp"
#include "occy/digest.hpp"
#include "occy/limits.hpp"
#include "occy/manifest.hpp"
#include "tar/archive_fault.hpp"

namespace occy {

/// Which entry of index.json. Nothing set: the only one; where index.json lists nothing but the images of one name for
/// several platforms, index.json itself.
struct LayoutChoice {
  OciName name = {};

  /// Beats the name; index.json is not looked at then.
  std::optional<Digest> digest = {};

  /// How one chooses, for the message where it is not clear which one is meant.
  const char* hint = "";
};

struct LayoutRoot {
  ImageManifest document;
  std::vector<Reference> references = {};  ///< the names that index.json has for it
};

/// Borrows the limits.
class LayoutDocuments {
 public:
  /// The bytes of a document, with the faults of asking for it under the id `check`.
  using Read = std::function<tar::checked<std::string>(const std::string& name, const std::string& check)>;

  /// `name`: of the directory or the archive, for messages.
  LayoutDocuments(std::string name, const Limits& limits, Read read)
      : name_(std::move(name)), limits_(limits), read_(std::move(read)) {}

  /// Held against its digest. Throws Error (side: input): Errc::unsupported when there is no layout, Errc::not_found,
  /// with the names that there are, when there is no such entry.
  [[nodiscard]] LayoutRoot root(const LayoutChoice& choice) const;

  /// A manifest or an index, as it is stored: not held against anything. Throws Error (side: input).
  [[nodiscard]] ImageManifest document(const Descriptor& descriptor) const;

 private:
  [[nodiscard]] std::string read(const std::string& name, const char* check) const;
  [[nodiscard]] tar::OciDocument parse(const std::string& name, const std::string& text) const;
  [[nodiscard]] LayoutRoot chosen(const LayoutChoice& choice) const;
  void require_layout_file() const;

  std::string name_;
  const Limits& limits_;
  Read read_;
};

}  // namespace occy
