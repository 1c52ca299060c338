#include "tar/archive_stream.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "model/packing.hpp"
#include "tar/archive_documents.hpp"
#include "tar/archive_index.hpp"
#include "tar/block_cursor.hpp"
#include "tar/walker.hpp"

namespace occy::tar {
namespace {

struct Document {
  std::string bytes;
  std::size_t copies = 0;
};

/// The first bytes of a member, by which its kind is known.
struct Opening {
  HeaderBlock bytes{};
  std::size_t size = 0;

  [[nodiscard]] Block block() const noexcept { return Block(bytes).first(size); }
};

enum class Kind { layer, document, other };

bool begins_like_json(Block bytes) {
  const auto is_space = [](std::byte byte) {
    return byte == std::byte{' '} || byte == std::byte{'\t'} || byte == std::byte{'\n'} || byte == std::byte{'\r'};
  };
  const auto first = std::find_if_not(bytes.begin(), bytes.end(), is_space);
  return first != bytes.end() && (*first == std::byte{'{'} || *first == std::byte{'['});
}

bool begins_like_layer(const Opening& opening) {
  if (detect_compression(opening.block()) != Compression::none) return true;
  return opening.size == kBlock && (is_zero(opening.bytes) || checksum_matches(opening.bytes));
}

Kind kind_of(const std::string& name, const Opening& opening) {
  // By name: a manifest.json of other contents is refused as such, not taken for missing.
  if (name == kManifestName) return Kind::document;
  if (begins_like_layer(opening)) return Kind::layer;
  return begins_like_json(opening.block()) ? Kind::document : Kind::other;
}

}  // namespace

struct ArchiveStream::State {
  State(std::unique_ptr<BlockSource> bytes, std::string archive, const Limits& caps)
      : source(std::move(bytes)), cursor(*source), name(std::move(archive)), limits(caps), walker(caps) {}

  std::unique_ptr<LayerReader> next_layer();
  std::unique_ptr<LayerReader> read_member();
  bool read_header();
  Opening read_opening();
  void hold(const std::string& member, const Opening& opening);
  void count_held(std::uint64_t size);
  Block lend();
  void skip_rest();
  checked<std::string> document(const std::string& member) const;
  checked<std::vector<ArchiveImage>> read_images() const;

  [[noreturn]] void fail(Errc code, std::string what, std::string found) const {
    throw Error(code, Side::input,
                {.subject = name, .what = std::move(what), .expected = {}, .found = std::move(found)});
  }
  [[noreturn]] void fail_cut(std::string expected) const {
    throw Error(Errc::bad_archive, Side::input,
                {.subject = name,
                 .what = "the archive is cut",
                 .expected = std::move(expected),
                 .found = "its end at byte " + std::to_string(cursor.offset())});
  }
  [[noreturn]] void fail_cut_in_member() const { fail_cut("the rest of " + shortened(member_name)); }

  std::unique_ptr<BlockSource> source;
  BlockCursor cursor;
  std::string name;
  Limits limits;
  Walker walker;
  bool ended = false;
  std::size_t members = 0;

  /// Of the member that is being read: its name, bytes still to come, and what pads them to a whole block.
  std::string member_name;
  std::uint64_t left = 0;
  std::uint64_t padding = 0;

  /// How often a layer of this name came.
  std::map<std::string, std::size_t> layers;
  std::map<std::string, Document> documents;
  std::uint64_t held = 0;
  std::optional<std::vector<ArchiveImage>> images;
};

namespace {

/// Lends the opening, which was read to know the kind, and then what follows.
template <class State>
class StreamLayerReader final : public LayerReader {
 public:
  StreamLayerReader(State& state, LayerInfo info, const Opening& opening)
      : state_(state), info_(std::move(info)), opening_(opening) {}

  const LayerInfo& info() const noexcept override { return info_; }

  Block next() override { return std::exchange(opening_lent_, true) ? state_.lend() : opening_.block(); }

 private:
  State& state_;
  LayerInfo info_;
  Opening opening_;
  bool opening_lent_ = false;
};

LayerInfo layer_info(std::string subject, const std::string& member, const Opening& opening, std::uint64_t size) {
  LayerInfo info{.compression = detect_compression(opening.block()), .name = std::move(subject)};
  if (info.compression == Compression::none) info.size = size;
  if (const auto digest = digest_in_name(member))
    info.stored = Descriptor{.media_type = {}, .digest = *digest, .size = size};
  return info;
}

}  // namespace

std::unique_ptr<LayerReader> ArchiveStream::State::next_layer() {
  skip_rest();
  while (!ended && read_header()) {
    if (auto layer = read_member()) return layer;
    skip_rest();
  }
  return nullptr;
}

/// False at the end of the archive.
bool ArchiveStream::State::read_header() {
  for (;;) {
    HeaderBlock block{};
    const std::size_t size = cursor.read(block);
    if (size == 0 && walker.offset() == 0) fail(Errc::bad_archive, "not a tar archive", "no byte at all");
    if (size < block.size()) fail_cut("a header, or two blocks of zeros");
    const std::uint64_t offset = walker.offset();
    const auto step = walker.feed(block);
    if (!step) fail(Errc::bad_archive, offset == 0 ? "not a tar archive" : "broken archive", located(step.error()));
    if (*step == Step::entry) return true;
    if (*step == Step::need_block) continue;
    // To the end: whoever writes the pipe must not be told that nobody reads it.
    cursor.skip(std::numeric_limits<std::uint64_t>::max());
    ended = true;
    return false;
  }
}

/// The member if it is a layer; otherwise it is held or left for skip_rest().
std::unique_ptr<LayerReader> ArchiveStream::State::read_member() {
  const Entry& entry = walker.entry();
  if (++members > limits.archive_entries)
    fail(Errc::limit, "too many members", "more than " + std::to_string(limits.archive_entries));
  member_name = normalise_member_name(entry.path);
  left = entry.stored_size;
  padding = padded(left) - left;
  // A sparse member's bytes do not lie in the archive as they are.
  if (entry.type != EntryType::file || entry.sparse) return nullptr;

  const Opening opening = read_opening();
  const Kind kind = kind_of(member_name, opening);
  if (kind == Kind::document) hold(member_name, opening);
  if (kind != Kind::layer) return nullptr;
  if (layers[member_name]++ == 0) count_held(member_name.size());
  return std::make_unique<StreamLayerReader<State>>(
      *this, layer_info(member_subject(name, member_name), member_name, opening, entry.stored_size), opening);
}

Opening ArchiveStream::State::read_opening() {
  Opening opening;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, kBlock));
  opening.size = cursor.read(std::span(opening.bytes).first(wanted));
  if (opening.size < wanted) fail_cut_in_member();
  left -= wanted;
  return opening;
}

void ArchiveStream::State::hold(const std::string& member, const Opening& opening) {
  const std::uint64_t size = opening.size + left;
  if (size > limits.document_bytes) {
    if (member == kManifestName) throw to_error(document_too_large(member_subject(name, member), "", size, limits));
    return;  // no document of an image is as large
  }
  const bool is_new = !documents.contains(member);
  if (is_new) count_held(size + member.size());
  Document& document = documents[member];
  ++document.copies;
  if (!is_new) return;
  const auto append = [&](Block block) {
    document.bytes.append(reinterpret_cast<const char*>(block.data()), block.size());
  };
  append(opening.block());
  for (Block block; !(block = lend()).empty();) append(block);
}

void ArchiveStream::State::count_held(std::uint64_t size) {
  held += size;
  if (held <= limits.held_document_bytes) return;
  fail(Errc::limit, "too many documents and names before manifest.json",
       "more than " + std::to_string(limits.held_document_bytes) + " bytes");
}

/// The next bytes of the member; empty at its end.
Block ArchiveStream::State::lend() {
  const Block block = cursor.lend(left);
  if (block.empty() && left != 0) fail_cut_in_member();
  left -= block.size();
  return block;
}

void ArchiveStream::State::skip_rest() {
  const std::uint64_t rest = std::exchange(left, 0) + std::exchange(padding, 0);
  if (cursor.skip(rest) != rest) fail_cut_in_member();
}

checked<std::string> ArchiveStream::State::document(const std::string& member) const {
  const auto found = documents.find(member);
  const bool missing = found == documents.end();
  if (!missing && found->second.copies == 1) return found->second.bytes;
  return ArchiveFault{.code = missing ? Errc::not_found : Errc::bad_archive,
                      .check = missing ? "archive-blob-missing" : "duplicate-entry",
                      .detail = {.subject = member_subject(name, member),
                                 .what = missing ? "missing, or no JSON document" : "ambiguous",
                                 .expected = "one document of this name",
                                 .found = missing ? "none" : "several"}};
}

checked<std::vector<ArchiveImage>> ArchiveStream::State::read_images() const {
  const auto has = [this](const std::string& member) { return documents.contains(member); };
  const auto manifest = documents.find(kManifestName);
  if (manifest == documents.end()) return manifest_missing(name, has);
  if (manifest->second.copies > 1) return manifest_repeated(name);
  return read_manifest(name, manifest->second.bytes, limits);
}

ArchiveStream::ArchiveStream(std::unique_ptr<BlockSource> bytes, std::string name, const Limits& limits)
    : state_(std::make_unique<State>(std::move(bytes), std::move(name), limits)) {}

ArchiveStream::~ArchiveStream() = default;

std::unique_ptr<LayerReader> ArchiveStream::next_layer() { return state_->next_layer(); }

const std::vector<ArchiveImage>& ArchiveStream::images() {
  if (state_->images) return *state_->images;
  auto images = state_->read_images();
  if (!images) throw to_error(images.error());
  return state_->images.emplace(std::move(*images));
}

ImageConfig ArchiveStream::config(const ArchiveImage& image) {
  auto bytes = state_->document(image.config);
  if (!bytes) throw to_error(bytes.error());
  auto config = read_config(state_->name, image.config, std::move(*bytes), state_->limits);
  if (!config) throw to_error(config.error());
  return std::move(*config);
}

void ArchiveStream::require_distinct_layers(const ArchiveImage& image, const ImageConfig& config) const {
  std::map<std::string_view, Digest> diff_ids;
  for (std::size_t i = 0; i < image.layers.size() && i < config.diff_ids().size(); ++i) {
    const std::string& member = image.layers[i];
    const auto subject = member_subject(state_->name, member);
    if (const auto came = state_->layers.find(member); came != state_->layers.end() && came->second > 1)
      throw to_error(member_repeated(subject));
    const auto [first, is_new] = diff_ids.emplace(member, config.diff_ids()[i]);
    if (!is_new && first->second != config.diff_ids()[i])
      throw to_error(layer_shared(subject, config.diff_ids()[i], first->second));
  }
}

std::optional<std::string> ArchiveStream::document(const std::string& member) const {
  auto bytes = state_->document(member);
  return bytes ? std::optional{std::move(*bytes)} : std::nullopt;
}

}  // namespace occy::tar
