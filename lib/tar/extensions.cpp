#include "tar/extensions.hpp"

#include <algorithm>
#include <utility>

#include "tar/sparse.hpp"

namespace occy::tar {
namespace {

// The largest size that eleven octal digits hold.
constexpr std::uint64_t kOctalSizeMax = (std::uint64_t{1} << 33U) - 1;

template <class T>
void replace(T& value, std::optional<T>& with) {
  if (with) value = *std::move(with);
}

template <class T>
void remember(std::optional<T>& value, std::optional<T>& with) {
  if (with) value = *std::move(with);
}

template <class T>
void apply_default(const std::optional<T>& value, T& to) {
  if (value) to = *value;
}

// An empty name means "as if the record were not there": the header's own counts.
void drop_if_empty(std::optional<std::string>& name) {
  if (name && name->empty()) name.reset();
}

bool places_data(const PaxHeader& header) {
  if (header.path || header.link || header.size) return true;
  for (const auto& [keyword, value] : header.records)
    if (keyword.starts_with("GNU.sparse.")) return true;
  return false;
}

// GNU's long names end at the first NUL; what other readers would make of more text is their secret.
result<void> store_long_name(std::string_view text, std::optional<std::string>& name) {
  const auto end = std::min(text.find('\0'), text.size());
  if (end == 0) return ParseError{"an empty GNU long name", 0};
  if (text.find_first_not_of('\0', end) != std::string_view::npos)
    return ParseError{"a GNU long name with NUL inside", end};
  name = text.substr(0, end);
  return {};
}

// A size that octal digits can hold stands in the header as it is. Writers of larger ones put zero there, the low
// digits, or all sevens.
bool sizes_agree(std::uint64_t header, std::uint64_t pax) noexcept {
  if (header == pax) return true;
  return pax > kOctalSizeMax && (header == 0 || header == (pax & kOctalSizeMax) || header == kOctalSizeMax);
}

bool is_link(const Entry& entry) noexcept {
  return entry.type == EntryType::hard_link || entry.type == EntryType::symbolic_link;
}

result<void> apply_size(Entry& entry, const PaxHeader& pax) {
  if (!pax.size) return {};
  if (!sizes_agree(entry.stored_size, *pax.size))
    return ParseError{"two sizes: " + std::to_string(entry.stored_size) + " in the header, " +
                          std::to_string(*pax.size) + " in the PAX record",
                      0};
  entry.stored_size = entry.real_size = *pax.size;
  return {};
}

result<void> apply_sparse(Entry& entry, const PaxHeader& pax) {
  auto sparse = read_pax_sparse(pax, entry.stored_size);
  if (!sparse) return sparse.error();
  if (!*sparse) return {};
  if (entry.type != EntryType::file || entry.type_byte == 'S')
    return ParseError{"GNU.sparse records at an entry that is no regular file", 0};
  entry.real_size = (*sparse)->real_size;
  entry.sparse = true;
  replace(entry.path, (*sparse)->path);
  return {};
}

result<void> apply_pax(Entry& entry, PaxHeader pax) {
  if (auto applied = apply_size(entry, pax); !applied) return applied;
  drop_if_empty(pax.user_name);
  drop_if_empty(pax.group_name);
  replace(entry.path, pax.path);
  if (is_link(entry)) replace(entry.link, pax.link);
  replace(entry.uid, pax.uid);
  replace(entry.gid, pax.gid);
  replace(entry.user_name, pax.user_name);
  replace(entry.group_name, pax.group_name);
  replace(entry.mtime, pax.mtime);
  if (auto applied = apply_sparse(entry, pax); !applied) return applied;
  entry.records = std::move(pax.records);
  return {};
}

}  // namespace

result<void> PaxDefaults::merge(PaxHeader header) {
  if (places_data(header)) return ParseError{"a global PAX header with a path, a link or a size", 0};
  remember(uid, header.uid);
  remember(gid, header.gid);
  remember(user_name, header.user_name);
  remember(group_name, header.group_name);
  remember(mtime, header.mtime);
  return {};
}

void PaxDefaults::apply_to(Entry& entry) const {
  apply_default(uid, entry.uid);
  apply_default(gid, entry.gid);
  apply_default(user_name, entry.user_name);
  apply_default(group_name, entry.group_name);
  apply_default(mtime, entry.mtime);
}

bool Extensions::has(char type) const noexcept {
  if (type == 'x') return pax_.has_value();
  return type == 'L' ? long_path_.has_value() : long_link_.has_value();
}

result<void> Extensions::add(char type, std::string_view text) {
  if (type != 'x') return store_long_name(text, type == 'L' ? long_path_ : long_link_);
  auto header = parse_pax(text);
  if (!header) return header.error();
  pax_ = *std::move(header);
  return {};
}

result<void> Extensions::apply_to(Entry& entry) {
  auto pax = std::exchange(pax_, {});
  auto path = std::exchange(long_path_, {});
  auto link = std::exchange(long_link_, {});
  if (pax && ((pax->path && path) || (pax->link && link)))
    return ParseError{"a GNU long name and a PAX name for one entry", 0};
  replace(entry.path, path);
  if (is_link(entry)) replace(entry.link, link);
  if (!pax) return {};
  return apply_pax(entry, *std::move(pax));
}

}  // namespace occy::tar
