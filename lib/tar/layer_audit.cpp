#include "tar/layer_audit.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "occy/error.hpp"
#include "tar/path_set.hpp"
#include "tar/path_view.hpp"
#include "tar/stream_walker.hpp"
#include "tar/whiteout.hpp"

namespace occy::tar {
namespace {

// A layer that large is nearly always a mistake (a data set, a core dump), and engines move layers whole.
constexpr std::uint64_t kLargeLayer = std::uint64_t{10} << 30U;

constexpr std::uint64_t kSetUser = 04000, kSetGroup = 02000, kWorldWritable = 0002;

std::string gigabytes(std::uint64_t bytes) { return std::to_string(bytes >> 30U) + " GiB"; }

}  // namespace

struct LayerAudit::State {
  State(std::string layer, const Limits& caps)
      : subject(std::move(layer)),
        limits(caps),
        results(caps.findings),
        walker([this](const Entry& entry) { look_at_entry(entry); }, caps) {}

  void look_at_entry(const Entry& entry);
  void check_name(const Entry& entry, const PathView& path);
  void check_hard_link(const Entry& entry);
  void check_symbolic_link(const Entry& entry, const PathView& path);
  void check_permissions(const Entry& entry);
  void check_whiteout(const Entry& entry, PathKind kind);
  void remember(const Entry& entry, const PathView& path);
  void check_duplicate();
  void count_content(const Entry& entry);
  void check_content();
  void check_end();

  [[nodiscard]] std::string at(std::string_view path) const { return subject + ": " + printable(path); }
  [[nodiscard]] std::string at(const Entry& entry) const { return at(entry.path); }

  std::string subject;
  Limits limits;
  CheckResults results;
  StreamWalker walker;
  PathSet paths;
  std::optional<PathSet::Hash> remembered;  // of the last entry, until the next one comes
  PathSet::Seen remembered_as = PathSet::Seen::no;
  std::string remembered_path;
  std::string path_storage;
  std::string link_storage;
  std::uint64_t content = 0;
};

void LayerAudit::State::look_at_entry(const Entry& entry) {
  check_duplicate();
  const PathView path = tar::look_at(entry.path, path_storage);
  check_name(entry, path);
  if (entry.type == EntryType::hard_link) check_hard_link(entry);
  if (entry.type == EntryType::symbolic_link) check_symbolic_link(entry, path);
  if (entry.type == EntryType::file) check_permissions(entry);
  if (const auto kind = meaning_of(path).kind; kind != PathKind::ordinary) check_whiteout(entry, kind);
  remember(entry, path);
  count_content(entry);
}

void LayerAudit::State::check_name(const Entry& entry, const PathView& path) {
  if (path.has_dot_dot) results.error("tar-entry", at(entry), "name with \"..\": expected one inside of the layer");
  if (path.absolute) results.warning("tar-entry", at(entry), "absolute name: expected one relative to the root");
  if (entry.mtime.seconds < 0)
    results.warning("tar-entry", at(entry),
                    "time of change before 1970: found " + std::to_string(entry.mtime.seconds) + " s");
  if (entry.type == EntryType::other)
    results.warning("tar-entry", at(entry),
                    "entry type '" + printable({&entry.type_byte, 1}) + "': engines do not unpack it");
}

// OCI image-spec, layer.md: a hard link's target is in the same layer, and comes before it.
void LayerAudit::State::check_hard_link(const Entry& entry) {
  const PathView target = tar::look_at(entry.link, link_storage);
  if (target.has_dot_dot)
    return results.error("tar-entry", at(entry), "hard link to " + printable(entry.link) + ": leaves the layer");
  if (paths.find(target.normalised) == PathSet::Seen::no && !paths.is_full())
    results.warning("tar-entry", at(entry),
                    "hard link to " + printable(entry.link) + ": expected an earlier entry of this layer");
}

void LayerAudit::State::check_symbolic_link(const Entry& entry, const PathView& path) {
  if (!path.has_dot_dot && climbs_out(entry.link, path.depth))
    results.warning("tar-entry", at(entry), "symbolic link to " + printable(entry.link) + ": leads above the root");
}

void LayerAudit::State::check_permissions(const Entry& entry) {
  if ((entry.mode & kSetUser) != 0) results.info("tar-permissions", at(entry), "set-user-id file");
  if ((entry.mode & kSetGroup) != 0) results.info("tar-permissions", at(entry), "set-group-id file");
  if ((entry.mode & kWorldWritable) != 0) results.info("tar-permissions", at(entry), "file that everyone may write");
}

// OCI image-spec, layer.md, "Whiteouts".
void LayerAudit::State::check_whiteout(const Entry& entry, PathKind kind) {
  if (kind == PathKind::bad)
    return results.error("whiteout", at(entry), "a whiteout that names nothing, or a name below one: hides nothing");
  if (kind == PathKind::reserved)
    return results.warning("whiteout", at(entry), "a file of the aufs driver's own: hides nothing");
  if (entry.type != EntryType::file || entry.real_size != 0)
    results.warning("whiteout", at(entry), "expected an empty regular file");
}

// For check_duplicate() when the next entry comes: until then the set's memory is on its way.
void LayerAudit::State::remember(const Entry& entry, const PathView& path) {
  if (path.normalised.empty()) return;
  remembered = paths.prepare(path.normalised);
  remembered_as = entry.type == EntryType::directory ? PathSet::Seen::as_directory : PathSet::Seen::as_other;
  remembered_path = entry.path;
}

// A directory may come again: engines take the last one's attributes, and builders write parents before each file.
void LayerAudit::State::check_duplicate() {
  if (!remembered) return;
  const auto before = paths.add(*std::exchange(remembered, {}), remembered_as);
  if (before == PathSet::Seen::no) return;
  if (before == PathSet::Seen::as_directory && remembered_as == PathSet::Seen::as_directory) return;
  results.warning("duplicate-entry", at(remembered_path), "comes twice in this layer: the last one counts");
}

// Entries hold up to 2^60 bytes each: the sum stops counting where it has said enough.
void LayerAudit::State::count_content(const Entry& entry) {
  if (content <= limits.entry_bytes) content += entry.real_size;
}

void LayerAudit::State::check_content() {
  const std::string found = "entries declare " + gigabytes(content);
  if (content > limits.expanded_layer_bytes)
    results.error("large-layer", subject, found + ": expected up to " + gigabytes(limits.expanded_layer_bytes));
  else if (content > kLargeLayer)
    results.warning("large-layer", subject, found + ": more than " + gigabytes(kLargeLayer) + " in one layer");
}

// Engines take a layer without the marker. It may have been cut between two entries all the same: its digest tells.
void LayerAudit::State::check_end() {
  const auto walked = walker.finish();
  if (walked) return;
  results.add({.severity = walker.lacks_only_end() ? Severity::warning : Severity::error,
               .check = "tar-format",
               .subject = subject,
               .message = "at byte " + std::to_string(walked.error().position) + ": " + walked.error().message});
}

LayerAudit::LayerAudit(std::string subject, const Limits& limits)
    : state_(std::make_unique<State>(std::move(subject), limits)) {}
LayerAudit::~LayerAudit() = default;

void LayerAudit::push(Block bytes) {
  (void)state_->walker.push(bytes);  // a failure stays, and finish() reports it
}

CheckResults LayerAudit::finish() {
  State& state = *state_;
  state.check_duplicate();
  state.check_end();
  state.check_content();
  if (state.paths.is_full())
    state.results.info("duplicate-entry", state.subject,
                       "only the first " + std::to_string(PathSet::kMaxPaths) + " paths were compared");
  return std::move(state.results);
}

}  // namespace occy::tar
