#include "pipeline/diff_files.hpp"

#include <algorithm>
#include <tuple>

#include "occy/error.hpp"

namespace occy::pipeline {
namespace {

using tree::TreeFile;

// What engines make where a layer has no entry for a directory. The time is that of the unpacking.
constexpr std::uint32_t kImpliedMode = 0755;

const LayerNotes& notes_of(const NotedTree& image, const TreeFile& file) { return *image.layers[file.content.layer]; }

FileState state_of(const NotedTree& image, const TreeFile& file) {
  FileState state;
  if (file.entry)
    state = notes_of(image, file).state(file.content.ordinal);
  else
    state.mode = kImpliedMode;
  state.type = file.type;
  state.link = file.link;
  state.hard_link = file.first_name;
  return state;
}

bool is_same_entry(const NotedTree& a, const TreeFile& in_a, const NotedTree& b, const TreeFile& in_b) {
  return &notes_of(a, in_a) == &notes_of(b, in_b) && in_a.content.ordinal == in_b.content.ordinal;
}

// One comparison: what differs between two states of one type.
class Differences {
 public:
  explicit Differences(const std::vector<DiffAspect>& ignore) : ignore_(ignore) {}

  void note(DiffAspect aspect, bool differs) {
    if (differs && std::find(ignore_.begin(), ignore_.end(), aspect) == ignore_.end()) aspects_.push_back(aspect);
  }

  std::vector<DiffAspect> take() { return std::move(aspects_); }

 private:
  const std::vector<DiffAspect>& ignore_;
  std::vector<DiffAspect> aspects_;
};

}  // namespace

NotedTree merge_layers(const ImageConfig& config, const LayerStore& store, const std::string& source,
                       const Limits& limits) {
  NotedTree image{.tree = tree::MergedTree(limits), .layers = {}, .diff_ids = config.diff_ids()};
  for (const Digest& diff_id : config.diff_ids()) {
    const auto notes = store.find(diff_id);
    if (notes == store.end())
      throw Error(Errc::not_found, Side::input,
                  {.subject = source, .what = "a layer that the config lists never came", .expected = diff_id.str()});
    image.tree.apply(notes->second.entries());
    image.layers.push_back(&notes->second);
  }
  return image;
}

void FileComparison::for_each_pair(const OnPair& on_pair) const {
  tree::TreeCursor walk_a(a_.tree);
  tree::TreeCursor walk_b(b_.tree);
  auto in_a = walk_a.next();
  auto in_b = walk_b.next();
  while (in_a || in_b) {
    const bool only_a = !in_b || (in_a && tree::path_less(in_a->path, in_b->path));
    const bool only_b = !in_a || (in_b && tree::path_less(in_b->path, in_a->path));
    on_pair(only_b ? nullptr : &*in_a, only_a ? nullptr : &*in_b);
    if (!only_b) in_a = walk_a.next();
    if (!only_a) in_b = walk_b.next();
  }
}

bool FileComparison::must_compare_content(const TreeFile& a, const TreeFile& b) const {
  if (a.type != EntryType::file || b.type != EntryType::file || is_same_entry(a_, a, b_, b)) return false;
  if (std::find(ignore_.begin(), ignore_.end(), DiffAspect::content) != ignore_.end()) return false;
  const auto size = notes_of(a_, a).state(a.content.ordinal).size;
  return size != 0 && size == notes_of(b_, b).state(b.content.ordinal).size;
}

WantedContents FileComparison::wanted_contents() const {
  WantedContents wanted;
  const auto want = [&wanted](const NotedTree& image, const TreeFile& file) {
    const LayerNotes& notes = notes_of(image, file);
    if (notes.content(file.content.ordinal)) return;
    auto& ordinals = wanted[image.diff_ids[file.content.layer]];
    ordinals.resize(notes.size());
    ordinals[file.content.ordinal] = true;
  };
  for_each_pair([&](const TreeFile* a, const TreeFile* b) {
    if (a == nullptr || b == nullptr || !must_compare_content(*a, *b)) return;
    want(a_, *a);
    want(b_, *b);
  });
  return wanted;
}

void FileComparison::run(const std::function<void(const FileDifference&)>& show) const {
  for_each_pair([&](const TreeFile* a, const TreeFile* b) {
    const TreeFile* const named = a != nullptr ? a : b;
    if (named == nullptr) return;
    FileDifference file{.path = named->path};
    if (a != nullptr && b != nullptr) {
      file.aspects = aspects(*a, *b);
      if (file.aspects.empty()) return;
    }
    if (a != nullptr) file.in_a = state_of(a_, *a);
    if (b != nullptr) file.in_b = state_of(b_, *b);
    show(file);
  });
}

std::vector<DiffAspect> FileComparison::aspects(const TreeFile& a, const TreeFile& b) const {
  Differences differences(ignore_);
  differences.note(DiffAspect::type, a.type != b.type);
  if (a.type != b.type) return differences.take();
  const FileState in_a = state_of(a_, a);
  const FileState in_b = state_of(b_, b);
  const bool both_have_entries = a.entry && b.entry;
  differences.note(DiffAspect::mode, a.type != EntryType::symbolic_link && in_a.mode != in_b.mode);
  differences.note(DiffAspect::owner, std::tie(in_a.uid, in_a.gid) != std::tie(in_b.uid, in_b.gid));
  differences.note(DiffAspect::size, in_a.size != in_b.size);
  differences.note(DiffAspect::mtime, both_have_entries && in_a.mtime != in_b.mtime);
  differences.note(DiffAspect::link, std::tie(in_a.link, in_a.hard_link) != std::tie(in_b.link, in_b.hard_link));
  differences.note(DiffAspect::device,
                   std::tie(in_a.device_major, in_a.device_minor) != std::tie(in_b.device_major, in_b.device_minor));
  differences.note(DiffAspect::content,
                   in_a.size != in_b.size || (must_compare_content(a, b) && in_a.content != in_b.content));
  differences.note(DiffAspect::xattrs, in_a.xattrs != in_b.xattrs);
  return differences.take();
}

}  // namespace occy::pipeline
