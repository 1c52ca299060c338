#include "tar/entry_search.hpp"

#include "tar/whiteout.hpp"

namespace occy::tar {
namespace {

SearchMatch make_match(SearchMatch::Kind kind, std::string_view path, const Entry& entry) {
  return {.kind = kind,
          .path = std::string(path),
          .type = entry.type,
          .link = entry.link,
          .size = entry.type == EntryType::file ? entry.real_size : 0};
}

}  // namespace

std::optional<SearchMatch> EntrySearch::look_at(const Entry& entry) {
  using Kind = SearchMatch::Kind;
  const PathView path = tar::look_at(entry.path, storage_);
  if (path.normalised.empty()) return std::nullopt;
  const bool by_name = pattern_.matches(path.normalised);
  const PathMeaning meaning = meaning_of(path);
  if (meaning.kind != PathKind::whiteout && meaning.kind != PathKind::opaque)
    return by_name ? std::optional(make_match(Kind::entry, path.normalised, entry)) : std::nullopt;
  hidden_.assign(meaning.directory);
  if (!hidden_.empty() && !meaning.name.empty()) hidden_ += '/';
  hidden_ += meaning.name;
  if (!by_name && (hidden_.empty() || !pattern_.matches(hidden_))) return std::nullopt;
  return make_match(meaning.kind == PathKind::whiteout ? Kind::whiteout : Kind::opaque, hidden_, entry);
}

}  // namespace occy::tar
