#include "tree/overlay_ground.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "occy/error.hpp"
#include "tree/case_folding.hpp"
#include "tree/copy_up.hpp"
#include "tree/removal.hpp"

namespace occy::tree {
namespace {

// The mark of those who may not set trusted attributes; mounted with the option userxattr.
const char* opaque_mark(Ownership ownership) noexcept {
  return ownership == Ownership::image ? "trusted.overlay.opaque" : "user.overlay.opaque";
}

using Seen = MadePaths::Seen;

bool is_below(std::string_view path, const std::string& directory) {
  return directory.empty() || path.starts_with(directory + "/");
}

}  // namespace

OverlayGround::OverlayGround(io::File stack, const AttributeSetter& setter, Remarks& remarks, DeclaredBytes& declared,
                             const ExtractorOptions& options)
    : stack_(std::move(stack)),
      setter_(setter),
      remarks_(remarks),
      declared_(declared),
      options_(options),
      root_attributes_(setter.of_implicit_directory("")),
      record_(options.record) {}

void OverlayGround::begin_layer() {
  const Place place{stack_, std::to_string(records_.size()), {}};
  if (!make_directory(place)) io::throw_system_error(EEXIST, Side::output, place.shown(), "cannot make the directory");
  here_ = std::make_unique<LayerDirectory>(LayerDirectory{RootDirectory(open_directory_at(place), options_.descent)});
  folds_case_ = folds_case(here_->root.root());
  record_ = Record(options_.record);
  made_ = {};
  parent_ = {};
  put_root(root_attributes_);
}

void OverlayGround::end_layer() {
  parent_ = {};
  ledger_.settle(here_->root, setter_);
  if (here_->marks.opaque.contains("")) lowest_shown_ = records_.size();
  records_.push_back(std::move(record_));
  lower_.add(std::move(here_));
}

Sight OverlayGround::look(const std::string& path) {
  if (here_->marks.whiteouts.contains(path)) return {};
  Sight sight = here_->root.look(path);
  return sight.kind != Sight::Kind::missing ? sight : look_below(path).sight;
}

Standing OverlayGround::look_below(const std::string& path) {
  return is_covered(path) ? Standing{} : lower_.look(path);
}

// Whether a directory on the way, or the root, hides what is below.
bool OverlayGround::is_covered(std::string_view path) const {
  while (!path.empty()) {
    path = split_path(path).directory;
    if (here_->marks.opaque.contains(path)) return true;
  }
  return false;
}

Resolved OverlayGround::resolve(std::string_view directory) {
  return resolve_links(directory, [this](const std::string& path) { return look(path); });
}

Place OverlayGround::place_for(std::string_view directory, std::string_view name) {
  if (parent_.asked != directory) {
    parent_.path = directory;
    auto opened = here_->root.find(directory);
    if (!opened) {
      const Resolved resolved = resolve(directory);
      parent_.path = resolved.directory;
      for (const auto& missing : resolved.missing) parent_.path = joined(parent_.path, missing);
      opened = ensure_directory(parent_.path);
    }
    if (folds_case_) require_exact_path(here_->root, parent_.path);
    made_.touch(parent_.path);
    parent_.directory = std::move(opened);
    // What goes through a link is looked for each time: the link may change.
    parent_.asked = parent_.path == directory ? std::optional(parent_.path) : std::nullopt;
  }
  Place place{*parent_.directory, std::string(name), joined(parent_.path, name)};
  require_short(place);
  return place;
}

// `path` has no links.
io::File OverlayGround::ensure_directory(const std::string& path) {
  if (auto opened = here_->root.find(path)) return *std::move(opened);
  const auto [above, name] = split_path(path);
  const io::File directory = ensure_directory(std::string(above));
  const Place place{directory, std::string(name), path};
  require_short(place);
  const bool was_hidden = here_->marks.whiteouts.contains(path);
  if (made_.find(path) != Seen::no && type_at(place)) refuse_blocked(path);
  make_way(place);
  Attributes attributes = was_hidden ? setter_.of_implicit_directory(path) : attributes_below(path);
  if (!make_directory(place)) refuse_blocked(path);
  start_directory(place, std::move(attributes));
  if (was_hidden) mark_opaque(path);
  return open_directory_at(place);
}

Attributes OverlayGround::attributes_below(const std::string& path) {
  const Standing below = look_below(path);
  if (below.sight.kind != Sight::Kind::directory) return setter_.of_implicit_directory(path);
  const auto [directory, name] = split_path(path);
  const auto opened = lower_.layer(below.layer).root.find(directory);
  return opened ? read_attributes({*opened, std::string(name), path}) : setter_.of_implicit_directory(path);
}

std::optional<HeldPlace> OverlayGround::find_target(std::string_view directory, std::string_view name) {
  const Resolved resolved = resolve(directory);
  if (!resolved.missing.empty()) return std::nullopt;
  const std::string path = joined(resolved.directory, name);
  if (here_->marks.whiteouts.contains(path)) return std::nullopt;
  if (here_->root.look(path).kind != Sight::Kind::missing)
    return HeldPlace{ensure_directory(resolved.directory), std::string(name), path};
  const Standing below = look_below(path);
  if (below.sight.kind != Sight::Kind::link && below.sight.kind != Sight::Kind::other) return std::nullopt;
  return bring_up(path, below);
}

HeldPlace OverlayGround::bring_up(const std::string& path, const Standing& below) {
  const auto [directory, name] = split_path(path);
  HeldPlace held{ensure_directory(std::string(directory)), std::string(name), path};
  const auto source = lower_.layer(below.layer).root.find(directory);
  if (!source) throw Error(Errc::io, Side::output, {.subject = path, .what = "the directory is gone"});
  const Place from{*source, held.name, path};
  declared_.add(size_at(from), path);
  Attributes attributes = read_attributes(from);
  const Node node = copy_up(from, held.place(), setter_, attributes, options_.record);
  record_.add(path, node, attributes.xattrs);
  return held;
}

void OverlayGround::make_way(const Place& place) {
  if (folds_case_) require_exact_name(place.directory, place.name);
  const auto type = type_at(place);
  if (!type) return;
  if (*type == EntryType::directory) parent_.asked.reset();
  remove_from_tree(place, *type, {.record = record_, .ledger = ledger_});
  forget_marks_at(place.path);
}

void OverlayGround::forget_marks_at(const std::string& path) {
  const auto is_gone = [&](const std::string& one) { return one == path || is_below(one, path); };
  std::erase_if(here_->marks.whiteouts, is_gone);
  std::erase_if(here_->marks.opaque, is_gone);
}

// What this layer had there in place of a directory has hidden those of lower layers: it goes, they stay hidden.
void OverlayGround::put_directory(const Place& place, Attributes attributes) {
  bool opaque = here_->marks.opaque.contains(place.path);
  if (!make_directory(place)) {
    if (type_at(place) == EntryType::directory) {
      clear_xattrs(open_directory_at(place));
      record_.remove(place.path, EntryType::directory);
    } else {
      make_way(place);
      opaque = true;
      if (!make_directory(place))
        io::throw_system_error(EEXIST, Side::output, place.shown(), "cannot make the directory");
    }
  }
  start_directory(place, std::move(attributes));
  made_.add(place.path);
  if (opaque) mark_opaque(place.path);
}

void OverlayGround::start_directory(const Place& place, Attributes attributes) {
  const io::File directory = open_directory_at(place);
  setter_.begin_directory(directory.descriptor(), attributes, place.shown(), place.path);
  ledger_.keep(place.path, attributes);
  record_.add(place.path, node_of(EntryType::directory, attributes), attributes.xattrs);
}

void OverlayGround::put_root(Attributes attributes) {
  const io::File directory = reopen_directory(here_->root.root());
  root_attributes_ = attributes;
  clear_xattrs(directory);
  setter_.begin_directory(directory.descriptor(), attributes, directory.path().string(), "");
  ledger_.keep("", attributes);
  record_.set_root(node_of(EntryType::directory, attributes), attributes.xattrs);
}

void OverlayGround::note_made(const Place& place, const Node& node, const Xattrs& xattrs) {
  if (node.type == EntryType::character_device && node.size == makedev(0, 0))
    throw Error(Errc::unsupported, Side::input,
                {.subject = place.path, .what = "a device 0/0 would be a whiteout in this layer"});
  made_.add(place.path);
  record_.add(place.path, node, xattrs);
}

void OverlayGround::note_link(const Place& place, const std::string& target, EntryType type) {
  made_.add(place.path);
  record_.add_link(place.path, target, type);
}

void OverlayGround::hide(std::string_view directory, std::string_view name) {
  const Resolved resolved = resolve(directory);
  if (!resolved.missing.empty()) return;
  const std::string path = joined(resolved.directory, name);
  if (here_->marks.whiteouts.contains(path)) return;
  if (const auto above = here_->root.find(resolved.directory)) {
    const Place place{*above, std::string(name), path};
    const auto type = type_at(place);
    if (type && made_.find(path) != Seen::no) return hide_own(place, *type);
    if (type) make_way(place);
  }
  if (look_below(path).sight.kind == Sight::Kind::missing) return;
  const io::File above = ensure_directory(resolved.directory);
  make_whiteout({above, std::string(name), path});
}

void OverlayGround::hide_own(const Place& place, EntryType type) {
  if (type != EntryType::directory) return;
  purge(place.path);
  if (made_.find(place.path) == Seen::as_directory) reset_directory(place);
  mark_opaque(place.path);
}

// What was brought up, or made for marks, was of the lower layers.
void OverlayGround::purge(const std::string& path) {
  const auto is_gone = [&](const std::string& one) { return is_below(one, path) && made_.find(one) == Seen::no; };
  parent_.asked.reset();
  const io::File directory = here_->root.find(path).value();
  const auto implied = remove_others(path, directory, {.record = record_, .ledger = ledger_}, made_);
  std::erase_if(here_->marks.whiteouts, is_gone);
  std::erase_if(here_->marks.opaque, is_gone);
  for (const std::string& below : implied) {
    const auto [above, name] = split_path(below);
    reset_directory({here_->root.find(above).value(), std::string(name), below});
  }
}

// The layer has something in it, and does not say how the directory itself should be: not as the one that is hidden.
void OverlayGround::reset_directory(const Place& place) {
  clear_xattrs(open_directory_at(place));
  record_.remove(place.path, EntryType::directory);
  start_directory(place, setter_.of_implicit_directory(place.path));
  if (here_->marks.opaque.contains(place.path)) mark_opaque(place.path);
}

void OverlayGround::hide_all_in(std::string_view directory) {
  const Resolved resolved = resolve(directory);
  if (!resolved.missing.empty()) return;
  (void)ensure_directory(resolved.directory);
  purge(resolved.directory);
  mark_opaque(resolved.directory);
}

void OverlayGround::mark_opaque(const std::string& path) {
  here_->marks.opaque.insert(path);
  if (path.empty()) return;  // an overlay does not look there: lower layers are left out of the mount
  const char* mark = opaque_mark(options_.ownership);
  const io::File directory = reopen_directory(here_->root.find(path).value());
  if (::fsetxattr(directory.descriptor(), mark, "y", 1, 0) != 0) return remarks_.note(Remark::opaque, path);
  record_.add_xattr(path, mark, "y");
}

// An ordinary user may make this one device, since Linux 5.8.
void OverlayGround::make_whiteout(const Place& place) {
  constexpr unsigned kMode = S_IFCHR;
  if (::mknodat(place.directory.descriptor(), place.name.c_str(), kMode, makedev(0, 0)) != 0) {
    if (errno == EPERM) return remarks_.note(Remark::opaque, place.path);
    io::throw_system_error(errno, Side::output, place.shown(), "cannot make the whiteout");
  }
  parent_.asked.reset();
  here_->marks.whiteouts.insert(place.path);
  Attributes attributes{.uid = ::geteuid(), .gid = ::getegid(), .mode = 0};
  record_.add(place.path, node_of(EntryType::character_device, attributes), {});
}

}  // namespace occy::tree
