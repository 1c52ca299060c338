#include "tree/entry_maker.hpp"

#include <sys/sysmacros.h>

#include <utility>

namespace occy::tree {
namespace {

constexpr std::uint32_t kLinkMode = 0777;  // Linux knows no other

}  // namespace

void EntryMaker::begin_layer(const std::string& name) {
  layer_ = name;
  declared_.begin_layer();
  EntryTaker& taker = *this;
  stream_.emplace(name, taker, options_.limits);
  ground_.begin_layer();
}

void EntryMaker::end_layer() {
  stream_->finish();
  stream_.reset();
  ground_.end_layer();
}

void EntryMaker::begin_entry(const Entry& entry, std::span<const tar::SparseRun> runs) {
  path_ = entry.path;
  naming_entry([&] { take(entry, runs); });
}

void EntryMaker::take_data(Block bytes) {
  if (file_) naming_entry([&] { file_->content.write(bytes); });
}

void EntryMaker::end_entry() {
  if (file_) naming_entry([this] { end_file(); });
}

void EntryMaker::take(const Entry& entry, std::span<const tar::SparseRun> runs) {
  const EntryLook look(entry, layer_);
  declared_.add(entry.real_size, entry.path);
  const auto& meaning = look.meaning();
  switch (meaning.kind) {
    case tar::PathKind::ordinary:
      return look.is_root() ? make_root(entry) : make(entry, look, runs);
    case tar::PathKind::whiteout:
      return ground_.hide(meaning.directory, meaning.name);
    case tar::PathKind::opaque:
      return ground_.hide_all_in(meaning.directory);
    case tar::PathKind::reserved:
    case tar::PathKind::bad:
      return;
  }
}

void EntryMaker::make_root(const Entry& entry) {
  if (entry.type != EntryType::directory)
    refuse_entry(layer_, entry.path, "the root of the tree is something else", "a directory");
  ground_.put_root(setter_.of(entry, ""));
}

void EntryMaker::make(const Entry& entry, const EntryLook& look, std::span<const tar::SparseRun> runs) {
  if (entry.type == EntryType::other) return remarks_.note(Remark::type, entry.path);
  const Place place = ground_.place_for(look.meaning().directory, look.meaning().name);
  switch (entry.type) {
    case EntryType::file:
      return begin_file(entry, place, runs);
    case EntryType::directory:
      return ground_.put_directory(place, attributes_of(entry, place));
    case EntryType::symbolic_link:
      return make_symbolic_link(entry, place);
    case EntryType::hard_link:
      return make_hard_link(entry, place, look.target());
    default:
      return make_special(entry, place);
  }
}

void EntryMaker::begin_file(const Entry& entry, const Place& place, std::span<const tar::SparseRun> runs) {
  Attributes attributes = attributes_of(entry, place);
  auto file = ground_.make_in(place, [&] { return make_file(place); });
  const Hashing hashing = options_.record == RecordDepth::everything ? Hashing::yes : Hashing::no;
  file_.emplace(OpenFile{.content = FileContent(*std::move(file), entry, runs, options_.limits, hashing),
                         .place = place,
                         .attributes = std::move(attributes)});
}

void EntryMaker::end_file() {
  OpenFile& open = *file_;
  const Digest content = open.content.finish();
  const io::File& file = open.content.file();
  setter_.set_on_file(file.descriptor(), open.attributes, file.path().string(), open.place.path);
  Node node = node_of(EntryType::file, open.attributes);
  node.content = content;
  node.size = open.content.size();
  ground_.note_made(open.place, node, open.attributes.xattrs);
  file_.reset();
}

void EntryMaker::make_symbolic_link(const Entry& entry, const Place& place) {
  Attributes attributes = attributes_of(entry, place);
  attributes.mode = kLinkMode;
  (void)ground_.make_in(place, [&] { return tree::make_symbolic_link(place, entry.link); });
  setter_.set_on_name(place.directory.descriptor(), place.name, entry.type, attributes, place.shown(), place.path);
  Node node = node_of(entry.type, attributes);
  if (options_.record == RecordDepth::everything) node.content = sha256(entry.link);
  ground_.note_made(place, node, attributes.xattrs);
}

// The target may be in a lower layer. It may be a link or a device too: another name of it is no way out.
void EntryMaker::make_hard_link(const Entry& entry, const Place& place, std::string_view target) {
  const auto [directory, name] = split_path(target);
  const auto held = ground_.find_target(directory, name);
  const auto type = held && !name.empty() ? type_at(held->place()) : std::nullopt;
  if (!type || *type == EntryType::directory || held->path == place.path)
    refuse_entry(layer_, entry.path, "hard link that leads nowhere", "another file of the image", entry.link);
  (void)ground_.make_in(place, [&] { return tree::make_hard_link(place, held->directory, held->name); });
  ground_.note_link(place, held->path, *type);
}

void EntryMaker::make_special(const Entry& entry, const Place& place) {
  Attributes attributes = attributes_of(entry, place);
  const Made made =
      *ground_.make_in(place, [&] { return tree::make_special(place, entry, options_.ownership, remarks_); });
  const EntryType type = made == Made::node ? entry.type : EntryType::file;
  setter_.set_on_name(place.directory.descriptor(), place.name, type, attributes, place.shown(), place.path);
  Node node = node_of(type, attributes);
  if (type == EntryType::file) node.content = sha256(std::string_view{});
  if (type == EntryType::character_device || type == EntryType::block_device)
    node.size = makedev(static_cast<unsigned>(entry.device_major), static_cast<unsigned>(entry.device_minor));
  ground_.note_made(place, node, attributes.xattrs);
}

}  // namespace occy::tree
