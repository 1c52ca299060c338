#include "tree/removal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "tree/walk.hpp"

namespace occy::tree {
namespace {

void unlink_name(const Place& place, EntryType type, Keepers keepers) {
  const bool directory = type == EntryType::directory;
  if (::unlinkat(place.directory.descriptor(), place.name.c_str(), directory ? AT_REMOVEDIR : 0) != 0)
    io::throw_system_error(errno, Side::output, place.shown(), "cannot remove it");
  keepers.record.remove(place.path, type);
  if (directory) keepers.ledger.forget(place.path);
}

class Remover final : public TreeVisitor {
 public:
  Remover(std::string path, Keepers keepers, const std::function<bool(const std::string&)>& is_kept)
      : path_(std::move(path)), keepers_(keepers), is_kept_(is_kept) {}

  Below visit(const FoundName& found) override {
    const Place place = place_of(found);
    if (found.type != EntryType::directory && !is_kept_(place.path)) unlink_name(place, found.type, keepers_);
    return Below::visit;
  }

  void leave(const FoundName& found) override {
    const Place place = place_of(found);
    if (!is_kept_(place.path)) unlink_name(place, EntryType::directory, keepers_);
  }

 private:
  [[nodiscard]] Place place_of(const FoundName& found) const {
    return {found.directory, found.name, joined(path_, found.path)};
  }

  std::string path_;
  Keepers keepers_;
  const std::function<bool(const std::string&)>& is_kept_;
};

}  // namespace

void remove_from_tree(const Place& place, EntryType type, Keepers keepers) {
  if (type == EntryType::directory)
    remove_below(place.path, open_directory_at(place), keepers, [](const std::string&) { return false; });
  unlink_name(place, type, keepers);
}

void remove_below(const std::string& path, const io::File& directory, Keepers keepers,
                  const std::function<bool(const std::string& path)>& is_kept) {
  Remover remover(path, keepers, is_kept);
  walk_tree(directory, remover);
}

}  // namespace occy::tree
