// tar/pax_edit.hpp: changes single records in the text of an extended header; the others stay as they are, in their
// order.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace occy::tar {

class PaxEdit {
 public:
  /// The record gets this value: where it stands, else at the end.
  void set(std::string_view keyword, std::string value);

  /// The record goes, if it is there.
  void remove(std::string_view keyword);

  [[nodiscard]] bool empty() const noexcept { return changes_.empty(); }

  /// The text with the changes made. Before: parse_pax() has accepted `text`.
  [[nodiscard]] std::string apply_to(std::string_view text) const;

 private:
  std::map<std::string, std::optional<std::string>, std::less<>> changes_;  // nothing: it goes
};

/// Whether the text has the record. Before: parse_pax() has accepted it.
[[nodiscard]] bool has_pax_record(std::string_view text, std::string_view keyword);

}  // namespace occy::tar
