#include "tree/directory_ledger.hpp"

#include <algorithm>

#include "occy/error.hpp"

namespace occy::tree {

void DirectoryLedger::keep(std::string_view path, const Attributes& attributes) {
  require_room(path);
  directories_.insert_or_assign(
      std::string(path),
      Attributes{.uid = attributes.uid, .gid = attributes.gid, .mode = attributes.mode, .mtime = attributes.mtime});
}

void DirectoryLedger::forget(std::string_view path) {
  const auto found = directories_.find(path);
  if (found == directories_.end()) return;
  text_ -= found->first.size();
  directories_.erase(found);
}

// One path of 4 KiB implies two thousand directories, each with a path of its own.
void DirectoryLedger::require_room(std::string_view path) {
  if (directories_.contains(path)) return;
  text_ += path.size();
  if (directories_.size() < kMostDirectories && text_ <= kMostText) return;
  throw Error(Errc::limit, Side::input,
              {.subject = std::string(path.substr(0, 80)),
               .what = "too many directories to unpack",
               .expected = "up to " + std::to_string(kMostDirectories) + ", with paths of up to " +
                           std::to_string(kMostText >> 20U) + " MiB",
               .found = "more"});
}

const Attributes* DirectoryLedger::find(std::string_view path) const {
  const auto found = directories_.find(path);
  return found == directories_.end() ? nullptr : &found->second;
}

// A path sorts before those below it.
void DirectoryLedger::settle(const RootDirectory& root, const AttributeSetter& setter) {
  std::for_each(directories_.rbegin(), directories_.rend(), [&](const auto& entry) {
    const auto found = root.find(entry.first);
    const std::string shown = (root.root().path() / entry.first).string();
    if (!found) throw Error(Errc::io, Side::output, {.subject = shown, .what = "the directory is gone"});
    const io::File directory = reopen_directory(*found);
    setter.end_directory(directory.descriptor(), entry.second, shown);
  });
  directories_.clear();
  text_ = 0;
}

}  // namespace occy::tree
