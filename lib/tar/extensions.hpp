// tar/extensions.hpp: the extension headers that stand before an entry, and what they change in it.
#pragma once

#include <optional>
#include <string>

#include "occy/result.hpp"
#include "tar/entry.hpp"
#include "tar/pax.hpp"

namespace occy::tar {

/// What PAX global headers have said so far. Only owners and times: Go and libarchive do not apply global records, so
/// one that changes where an entry or its data is would split the readers, and is refused.
struct PaxDefaults {
  std::optional<std::int64_t> uid = {};
  std::optional<std::int64_t> gid = {};
  std::optional<std::string> user_name = {};
  std::optional<std::string> group_name = {};
  std::optional<Time> mtime = {};

  [[nodiscard]] result<void> merge(PaxHeader header);
  void apply_to(Entry& entry) const;
};

/// The extension headers before one entry.
class Extensions {
 public:
  /// Type byte of an extension header: x, L, K.
  [[nodiscard]] static bool is_extension(char type) noexcept { return type == 'x' || type == 'L' || type == 'K'; }

  [[nodiscard]] bool empty() const noexcept { return !pax_ && !long_path_ && !long_link_; }

  /// Whether one of this type is there already.
  [[nodiscard]] bool has(char type) const noexcept;

  /// Adds one, with its whole text. The error's position is an offset in `text`.
  [[nodiscard]] result<void> add(char type, std::string_view text);

  /// Changes `entry` as they say and forgets them. Refused: a path or link from two of them; a PAX size beside another
  /// one in the header.
  [[nodiscard]] result<void> apply_to(Entry& entry);

 private:
  std::optional<PaxHeader> pax_;
  std::optional<std::string> long_path_;
  std::optional<std::string> long_link_;
};

}  // namespace occy::tar
