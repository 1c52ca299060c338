#include "tree/directory_ledger.hpp"

#include <algorithm>

#include "occy/error.hpp"

namespace occy::tree {

void DirectoryLedger::keep(std::string_view path, const Attributes& attributes) {
  directories_.insert_or_assign(
      std::string(path),
      Attributes{.uid = attributes.uid, .gid = attributes.gid, .mode = attributes.mode, .mtime = attributes.mtime});
}

void DirectoryLedger::forget(std::string_view path) {
  if (const auto found = directories_.find(path); found != directories_.end()) directories_.erase(found);
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
}

}  // namespace occy::tree
