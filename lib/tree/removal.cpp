#include "tree/removal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "tree/walk.hpp"

namespace occy::tree {
namespace {

using Seen = MadePaths::Seen;

void unlink_name(const Place& place, EntryType type, Keepers keepers) {
  const bool directory = type == EntryType::directory;
  if (::unlinkat(place.directory.descriptor(), place.name.c_str(), directory ? AT_REMOVEDIR : 0) != 0)
    io::throw_system_error(errno, Side::output, place.shown(), "cannot remove it");
  keepers.record.remove(place.path, type);
  if (directory) keepers.ledger.forget(place.path);
}

class Remover final : public TreeVisitor {
 public:
  /// Without `made`, nothing stays.
  Remover(std::string path, Keepers keepers, const MadePaths* made)
      : path_(std::move(path)), keepers_(keepers), made_(made) {}

  Below visit(const FoundName& found) override {
    const Place place = place_of(found);
    if (found.type != EntryType::directory && seen_at(place) == Seen::no) unlink_name(place, found.type, keepers_);
    return Below::visit;
  }

  void leave(const FoundName& found) override {
    const Place place = place_of(found);
    const Seen seen = seen_at(place);
    if (seen == Seen::no) unlink_name(place, EntryType::directory, keepers_);
    if (seen == Seen::as_directory) implied_.push_back(place.path);
  }

  [[nodiscard]] std::vector<std::string> take_implied() { return std::move(implied_); }

 private:
  [[nodiscard]] Place place_of(const FoundName& found) const {
    return {found.directory, found.name, joined(path_, found.path)};
  }

  [[nodiscard]] Seen seen_at(const Place& place) const { return made_ == nullptr ? Seen::no : made_->find(place.path); }

  std::string path_;
  Keepers keepers_;
  const MadePaths* made_;
  std::vector<std::string> implied_;
};

void remove_all_below(const Place& place, Keepers keepers) {
  Remover remover(place.path, keepers, nullptr);
  walk_tree(open_directory_at(place), remover);
}

}  // namespace

void remove_from_tree(const Place& place, EntryType type, Keepers keepers) {
  if (type == EntryType::directory) remove_all_below(place, keepers);
  unlink_name(place, type, keepers);
}

std::vector<std::string> remove_others(const std::string& path, const io::File& directory, Keepers keepers,
                                       const MadePaths& made) {
  Remover remover(path, keepers, &made);
  walk_tree(directory, remover);
  return remover.take_implied();
}

}  // namespace occy::tree
