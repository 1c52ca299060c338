#include "tree/growing_tree.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "occy/error.hpp"
#include "tree/case_folding.hpp"
#include "tree/removal.hpp"

namespace occy::tree {
namespace {

using Seen = MadePaths::Seen;

}  // namespace

GrowingTree::GrowingTree(io::File root, Descent descent, TreeTools tools)
    : root_(std::move(root), descent), tools_(tools), folds_case_(folds_case(root_.root())) {
  put_root(tools_.setter.of_implicit_directory(""));
}

void GrowingTree::begin_layer() {
  made_ = {};
  forget_parent();
}

Place GrowingTree::place_for(std::string_view directory, std::string_view name) {
  if (parent_.asked != directory) open_parent(directory);
  Place place{*parent_.directory, std::string(name), joined(parent_.path, name)};
  require_short(place);
  return place;
}

// Two ways: as it stands, which is right nearly always; else link by link.
void GrowingTree::open_parent(std::string_view directory) {
  forget_parent();
  parent_.path = directory;
  auto opened = root_.find(directory);
  if (!opened) {
    Resolved resolved = root_.resolve(directory);
    opened = make_missing(resolved);
    parent_.path = std::move(resolved.directory);
  }
  if (folds_case_) require_exact_path(root_, parent_.path);
  made_.touch(parent_.path);
  parent_.directory = std::move(opened);
  parent_.asked = directory;
}

std::optional<HeldPlace> GrowingTree::find_target(std::string_view directory, std::string_view name) {
  std::string path(directory);
  auto opened = root_.find(path);
  if (!opened) {
    const Resolved resolved = root_.resolve(directory);
    if (!resolved.missing.empty()) return std::nullopt;
    path = resolved.directory;
    opened = root_.find(path);
  }
  if (!opened) return std::nullopt;
  return HeldPlace{*std::move(opened), std::string(name), joined(path, name)};
}

// Lengthens `resolved.directory` by what it makes.
io::File GrowingTree::make_missing(Resolved& resolved) {
  auto here = root_.find(resolved.directory);
  if (!here) throw Error(Errc::io, Side::output, {.subject = resolved.directory, .what = "the directory is gone"});
  for (const std::string& name : resolved.missing) {
    const Place place{*here, name, joined(resolved.directory, name)};
    if (resolved.blocked && made_.find(place.path) != Seen::no) refuse_blocked(place.path);
    if (std::exchange(resolved.blocked, false)) make_way(place);
    resolved.directory = place.path;
    here = make_implicit_directory(place);
  }
  return *std::move(here);
}

io::File GrowingTree::make_implicit_directory(const Place& place) {
  require_short(place);
  if (!make_directory(place)) refuse_blocked(place.path);
  start_directory(place, tools_.setter.of_implicit_directory(place.path));
  return open_directory_at(place);
}

void GrowingTree::make_way(const Place& place) {
  if (folds_case_) require_exact_name(place.directory, place.name);
  remove(place);
}

void GrowingTree::put_directory(const Place& place, Attributes attributes) {
  if (!make_directory(place)) take_over(place);
  start_directory(place, std::move(attributes));
  made_.add(place.path);
}

// What is in a directory stays; anything else goes.
void GrowingTree::take_over(const Place& place) {
  if (folds_case_) require_exact_name(place.directory, place.name);
  if (type_at(place) == EntryType::directory) {
    clear_xattrs(open_directory_at(place));
    return tools_.record.remove(place.path, EntryType::directory);
  }
  remove(place);
  if (!make_directory(place)) io::throw_system_error(EEXIST, Side::output, place.shown(), "cannot make the directory");
}

void GrowingTree::start_directory(const Place& place, Attributes attributes) {
  const io::File directory = open_directory_at(place);
  tools_.setter.begin_directory(directory.descriptor(), attributes, place.shown(), place.path);
  ledger_.keep(place.path, attributes);
  tools_.record.add(place.path, node_of(EntryType::directory, attributes), attributes.xattrs);
}

void GrowingTree::put_root(Attributes attributes) {
  const io::File directory = reopen_directory(root_.root());
  clear_xattrs(directory);
  tools_.setter.begin_directory(directory.descriptor(), attributes, directory.path().string(), "");
  ledger_.keep("", attributes);
  tools_.record.set_root(node_of(EntryType::directory, attributes), attributes.xattrs);
}

void GrowingTree::note_made(const Place& place, const Node& node, const Xattrs& xattrs) {
  made_.add(place.path);
  tools_.record.add(place.path, node, xattrs);
}

void GrowingTree::note_link(const Place& place, const std::string& target, EntryType type) {
  made_.add(place.path);
  tools_.record.add_link(place.path, target, type);
}

void GrowingTree::hide(std::string_view directory, std::string_view name) {
  const auto held = find_target(directory, name);
  if (!held) return;
  const Place place = held->place();
  const auto type = type_at(place);
  const Seen seen = made_.find(place.path);
  if (type && seen == Seen::no) return make_way(place);
  if (type != EntryType::directory) return;
  purge(place.path, open_directory_at(place));
  if (seen == Seen::as_directory) reset_directory(place);
}

void GrowingTree::hide_all_in(std::string_view directory) {
  const Resolved resolved = root_.resolve(directory);
  if (!resolved.missing.empty()) return;
  if (const auto opened = root_.find(resolved.directory)) purge(resolved.directory, *opened);
}

void GrowingTree::remove(const Place& place) {
  const auto type = type_at(place);
  if (!type) return;
  if (*type == EntryType::directory || *type == EntryType::symbolic_link) forget_parent();
  remove_from_tree(place, *type, {.record = tools_.record, .ledger = ledger_});
}

void GrowingTree::purge(const std::string& path, const io::File& directory) {
  forget_parent();
  const auto implied = remove_others(path, directory, {.record = tools_.record, .ledger = ledger_}, made_);
  for (const std::string& below : implied) {
    const auto [above, name] = split_path(below);
    reset_directory({root_.find(above).value(), std::string(name), below});
  }
}

// The layer has something in it, and does not say how the directory itself should be: not as the one that is hidden.
void GrowingTree::reset_directory(const Place& place) {
  take_over(place);
  start_directory(place, tools_.setter.of_implicit_directory(place.path));
}

void GrowingTree::settle() {
  forget_parent();
  ledger_.settle(root_, tools_.setter);
}

}  // namespace occy::tree
