#include "tree/entry_checks.hpp"

#include <algorithm>
#include <utility>

#include "occy/error.hpp"
#include "tar/path_view.hpp"

namespace occy::tree {
namespace {

constexpr std::size_t kMostPathBytes = 4095;
constexpr std::size_t kMostNameBytes = 255;

std::string shortened(std::string_view path) {
  constexpr std::size_t kShown = 100;
  return path.size() <= kShown ? std::string(path) : std::string(path.substr(0, kShown)) + "…";
}

std::string subject_of(const std::string& layer, std::string_view path) { return layer + ": " + shortened(path); }

[[noreturn]] void refuse_length(const std::string& layer, const Entry& entry, const char* what, std::size_t most,
                                std::size_t found) {
  throw Error(Errc::limit, Side::input,
              {.subject = subject_of(layer, entry.path),
               .what = what,
               .expected = "up to " + std::to_string(most) + " bytes",
               .found = std::to_string(found)});
}

std::size_t longest_component(std::string_view path) {
  std::size_t longest = 0;
  while (!path.empty()) {
    const auto size = std::min(path.find('/'), path.size());
    longest = std::max(longest, size);
    path.remove_prefix(std::min(size + 1, path.size()));
  }
  return longest;
}

void check_length(std::string_view path, const std::string& layer, const Entry& entry) {
  if (path.size() > kMostPathBytes)
    refuse_length(layer, entry, "path is too long to be extracted", kMostPathBytes, path.size());
  if (path.size() <= kMostNameBytes) return;
  if (const auto longest = longest_component(path); longest > kMostNameBytes)
    refuse_length(layer, entry, "name is too long to be extracted", kMostNameBytes, longest);
}

void check_device(const Entry& entry, const std::string& layer) {
  constexpr std::uint64_t kMostMajor = 0xfff;
  constexpr std::uint64_t kMostMinor = 0xfffff;
  if (entry.device_major > kMostMajor || entry.device_minor > kMostMinor)
    refuse_entry(layer, entry.path, "a device that cannot be", "up to 4095:1048575",
                 std::to_string(entry.device_major) + ":" + std::to_string(entry.device_minor));
}

}  // namespace

EntryLook::EntryLook(const Entry& entry, const std::string& layer) {
  const tar::PathView path = tar::look_at(entry.path, storage_);
  if (path.has_dot_dot) refuse_entry(layer, entry.path, "name with \"..\"", "one inside of the layer");
  check_length(path.normalised, layer, entry);
  meaning_ = tar::meaning_of(path);
  if (meaning_.kind == tar::PathKind::bad)
    refuse_entry(layer, entry.path, "a whiteout that hides nothing", ".wh. and the name that it hides");
  if (entry.type == EntryType::symbolic_link && entry.link.size() > kMostPathBytes)
    refuse_length(layer, entry, "link target is too long to be extracted", kMostPathBytes, entry.link.size());
  if (entry.type == EntryType::character_device || entry.type == EntryType::block_device) check_device(entry, layer);
  if (entry.type != EntryType::hard_link) return;
  const tar::PathView target = tar::look_at(entry.link, target_storage_);
  if (target.has_dot_dot) refuse_entry(layer, entry.path, "hard link that leaves the layer", {}, entry.link);
  check_length(target.normalised, layer, entry);
  target_ = target.normalised;
}

bool EntryLook::is_root() const noexcept { return meaning_.kind == tar::PathKind::ordinary && meaning_.name.empty(); }

void refuse_entry(const std::string& layer, std::string_view path, std::string what, std::string expected,
                  std::string found) {
  throw Error(Errc::bad_archive, Side::input,
              {.subject = subject_of(layer, path),
               .what = std::move(what),
               .expected = std::move(expected),
               .found = std::move(found)});
}

void rethrow_named(const Error& error, const std::string& layer, std::string_view path) {
  ErrorDetail detail = error.detail();
  if (error.side() != Side::input || detail.subject.starts_with(layer + ": ")) throw error;
  detail.subject = subject_of(layer, detail.subject.empty() ? path : detail.subject);
  throw Error(error.code(), error.side(), std::move(detail));
}

void DeclaredBytes::add(std::uint64_t bytes, std::string_view path) {
  declared_ = std::min(declared_, limit_) + std::min(bytes, UINT64_MAX - limit_);
  if (declared_ <= limit_) return;
  throw Error(Errc::limit, Side::input,
              {.subject = std::string(path),
               .what = "the layer's entries declare too much to be extracted",
               .expected = "at most " + std::to_string(limit_) + " bytes",
               .found = std::to_string(declared_)});
}

}  // namespace occy::tree
