#include "tree/extractor.hpp"

#include <sys/sysmacros.h>
#include <unistd.h>

#include <optional>
#include <system_error>
#include <utility>

#include "occy/error.hpp"
#include "tree/entry_checks.hpp"
#include "tree/file_content.hpp"
#include "tree/growing_tree.hpp"

namespace occy::tree {
namespace {

constexpr std::uint32_t kLinkMode = 0777;  // Linux knows no other

}  // namespace

class Extractor::State final : public EntryTaker {
 public:
  State(io::File root, ExtractorOptions options)
      : options_(std::move(options)),
        record_(options_.record),
        setter_(options_.ownership, remarks_),
        tree_(std::move(root), options_.descent, {.setter = setter_, .record = record_}),
        declared_(options_.limits) {}

  void begin_layer(const std::string& name) {
    layer_ = name;
    tree_.begin_layer();
    declared_.begin_layer();
    stream_.emplace(name, *this, options_.limits);
  }

  void write(Block bytes) { stream_->push(bytes); }

  void end_layer() {
    stream_->finish();
    stream_.reset();
  }

  void finish() { tree_.settle(); }

  [[nodiscard]] Record take_record() { return std::move(record_); }
  [[nodiscard]] const Remarks& remarks() const noexcept { return remarks_; }

  void begin_entry(const Entry& entry, std::span<const tar::SparseRun> runs) override {
    path_ = entry.path;
    naming_entry([&] { take(entry, runs); });
  }
  void take_data(Block bytes) override {
    if (file_) naming_entry([&] { file_->content.write(bytes); });
  }
  void end_entry() override {
    if (file_) naming_entry([this] { end_file(); });
  }

 private:
  /// The file whose data comes.
  struct OpenFile {
    FileContent content;
    Place place;
    Attributes attributes;
  };

  /// What is wrong with the layer is told with its name and the entry's.
  template <class Work>
  void naming_entry(Work work) {
    try {
      work();
    } catch (const std::system_error& error) {
      refuse_entry(layer_, path_, "cannot be reached", {}, error.code().message());
    } catch (const Error& error) {
      rethrow_named(error, layer_, path_);
    }
  }

  void take(const Entry& entry, std::span<const tar::SparseRun> runs);
  void make(const Entry& entry, const EntryLook& look, std::span<const tar::SparseRun> runs);
  void make_root(const Entry& entry);
  void begin_file(const Entry& entry, const Place& place, std::span<const tar::SparseRun> runs);
  void end_file();
  void make_symbolic_link(const Entry& entry, const Place& place);
  void make_hard_link(const Entry& entry, const Place& place, std::string_view target);
  void make_special(const Entry& entry, const Place& place);
  void note_made(const Place& place, const Node& node, const Xattrs& xattrs);

  [[nodiscard]] Attributes attributes_of(const Entry& entry, const Place& place) const {
    return setter_.of(entry, place.path);
  }

  ExtractorOptions options_;
  Remarks remarks_;
  Record record_;
  AttributeSetter setter_;
  GrowingTree tree_;
  DeclaredBytes declared_;
  std::string layer_;
  std::string path_;  ///< of the entry
  std::optional<EntryStream> stream_;
  std::optional<OpenFile> file_;
};

void Extractor::State::take(const Entry& entry, std::span<const tar::SparseRun> runs) {
  const EntryLook look(entry, layer_);
  declared_.add(entry, layer_);
  const auto& meaning = look.meaning();
  switch (meaning.kind) {
    case tar::PathKind::ordinary:
      return look.is_root() ? make_root(entry) : make(entry, look, runs);
    case tar::PathKind::whiteout:
      return tree_.hide(meaning.directory, meaning.name);
    case tar::PathKind::opaque:
      return tree_.hide_all_in(meaning.directory);
    case tar::PathKind::reserved:
    case tar::PathKind::bad:
      return;
  }
}

void Extractor::State::make_root(const Entry& entry) {
  if (entry.type != EntryType::directory)
    refuse_entry(layer_, entry.path, "the root of the tree is something else", "a directory");
  tree_.put_root(setter_.of(entry, ""));
}

void Extractor::State::make(const Entry& entry, const EntryLook& look, std::span<const tar::SparseRun> runs) {
  if (entry.type == EntryType::other) return remarks_.note(Remark::type, entry.path);
  const Place place = tree_.place_for(look.meaning().directory, look.meaning().name);
  switch (entry.type) {
    case EntryType::file:
      return begin_file(entry, place, runs);
    case EntryType::directory:
      return tree_.put_directory(place, attributes_of(entry, place));
    case EntryType::symbolic_link:
      return make_symbolic_link(entry, place);
    case EntryType::hard_link:
      return make_hard_link(entry, place, look.target());
    default:
      return make_special(entry, place);
  }
}

void Extractor::State::begin_file(const Entry& entry, const Place& place, std::span<const tar::SparseRun> runs) {
  Attributes attributes = attributes_of(entry, place);
  auto file = tree_.make_in(place, [&] { return make_file(place); });
  const Hashing hashing = record_.depth() == RecordDepth::everything ? Hashing::yes : Hashing::no;
  file_.emplace(OpenFile{.content = FileContent(*std::move(file), entry, runs, options_.limits, hashing),
                         .place = place,
                         .attributes = std::move(attributes)});
}

void Extractor::State::end_file() {
  OpenFile& open = *file_;
  const Digest content = open.content.finish();
  const io::File& file = open.content.file();
  setter_.set_on_file(file.descriptor(), open.attributes, file.path().string(), open.place.path);
  Node node = node_of(EntryType::file, open.attributes);
  node.content = content;
  node.size = open.content.size();
  note_made(open.place, node, open.attributes.xattrs);
  file_.reset();
}

void Extractor::State::make_symbolic_link(const Entry& entry, const Place& place) {
  Attributes attributes = attributes_of(entry, place);
  attributes.mode = kLinkMode;
  (void)tree_.make_in(place, [&] { return tree::make_symbolic_link(place, entry.link); });
  setter_.set_on_name(place.directory.descriptor(), place.name, entry.type, attributes, place.shown(), place.path);
  Node node = node_of(entry.type, attributes);
  if (record_.depth() == RecordDepth::everything) node.content = sha256(entry.link);
  note_made(place, node, attributes.xattrs);
}

// The target may be in a lower layer. It may be a link or a device too: another name of it is no way out.
void Extractor::State::make_hard_link(const Entry& entry, const Place& place, std::string_view target) {
  const auto [directory, name] = split_path(target);
  const auto held = tree_.find_place(directory, name);
  const auto type = held && !name.empty() ? type_at(held->place()) : std::nullopt;
  if (!type || *type == EntryType::directory || held->path == place.path)
    refuse_entry(layer_, entry.path, "hard link that leads nowhere", "another file of the image", entry.link);
  (void)tree_.make_in(place, [&] { return tree::make_hard_link(place, held->directory, held->name); });
  tree_.note_made(place);
  record_.add_link(place.path, held->path, *type);
}

void Extractor::State::make_special(const Entry& entry, const Place& place) {
  Attributes attributes = attributes_of(entry, place);
  const Made made =
      *tree_.make_in(place, [&] { return tree::make_special(place, entry, options_.ownership, remarks_); });
  const EntryType type = made == Made::node ? entry.type : EntryType::file;
  setter_.set_on_name(place.directory.descriptor(), place.name, type, attributes, place.shown(), place.path);
  Node node = node_of(type, attributes);
  if (type == EntryType::file) node.content = sha256(std::string_view{});
  if (type == EntryType::character_device || type == EntryType::block_device)
    node.size = makedev(static_cast<unsigned>(entry.device_major), static_cast<unsigned>(entry.device_minor));
  note_made(place, node, attributes.xattrs);
}

void Extractor::State::note_made(const Place& place, const Node& node, const Xattrs& xattrs) {
  tree_.note_made(place);
  record_.add(place.path, node, xattrs);
}

Extractor::Extractor(io::File root, ExtractorOptions options)
    : state_(std::make_unique<State>(std::move(root), std::move(options))) {}
Extractor::~Extractor() = default;

void Extractor::begin_layer(const std::string& name) { state_->begin_layer(name); }
void Extractor::write(Block bytes) { state_->write(bytes); }
void Extractor::end_layer() { state_->end_layer(); }
void Extractor::finish() { state_->finish(); }
Record Extractor::take_record() { return state_->take_record(); }
const Remarks& Extractor::remarks() const noexcept { return state_->remarks(); }

Ownership default_ownership() noexcept { return ::geteuid() == 0 ? Ownership::image : Ownership::recorded; }

}  // namespace occy::tree
