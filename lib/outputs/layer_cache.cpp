#include "outputs/layer_cache.hpp"

#include <utility>

#include "io/atomic_file.hpp"
#include "io/directory.hpp"
#include "occy/error.hpp"
#include "outputs/store_lock.hpp"

namespace occy::outputs {
namespace {

// A hundred thousand entries are 40 MiB.
constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 20U;

std::string read_cache(const std::filesystem::path& path) {
  const io::File file = io::File::open_to_read(path, Side::output);
  const std::uint64_t size = file.size();
  if (size > kMostBytes)
    throw Error(Errc::limit, Side::output,
                {.subject = path.string(),
                 .what = "the layer cache is too large",
                 .expected = "at most " + std::to_string(kMostBytes) + " bytes",
                 .found = std::to_string(size),
                 .hint = "remove the file, or name another"});
  std::string text(static_cast<std::size_t>(size), '\0');
  file.read_exactly_at(std::as_writable_bytes(std::span(text)), 0);
  return text;
}

LayerCacheEntries load(const std::filesystem::path& path) {
  try {
    auto entries = parse_layer_cache(read_cache(path));
    if (entries) return std::move(*entries);
    throw Error(Errc::bad_document, Side::output,
                {.subject = path.string(),
                 .what = "not a layer cache that occy knows",
                 .found = entries.error().message,
                 .hint = "remove the file, or name another"});
  } catch (const Error& error) {
    if (error.code() != Errc::not_found) throw;
    return {};
  }
}

}  // namespace

LayerCache::LayerCache(std::filesystem::path path) : path_(std::move(path)) {
  if (path_.empty()) return;
  known_ = load(path_);
  const io::AtomicFile writable(path_);  // finds before a layer is read what would fail at the end
}

std::optional<LayerRecord> LayerCache::find(const LayerRecipe& recipe) const {
  const std::scoped_lock lock(mutex_);
  for (const LayerCacheEntries* entries : {&learned_, &known_})
    if (const auto* record = entries->find(recipe)) return *record;
  return std::nullopt;
}

void LayerCache::remember(const LayerRecipe& recipe, const LayerRecord& record) {
  const std::scoped_lock lock(mutex_);
  if (!path_.empty()) learned_.add(recipe, record);
}

// The lock lies on the directory, as the file is replaced by another.
void LayerCache::save(const std::stop_token& stop) const {
  const std::scoped_lock guard(mutex_);
  if (learned_.empty()) return;
  io::AtomicFile file(path_);
  const StoreLock lock(io::open_directory(io::parent_of(file.final_path())), stop);
  LayerCacheEntries all = load(path_);
  all.merge(learned_);
  const std::string text = make_layer_cache(all);
  file.file().write_at(std::as_bytes(std::span(text)), 0);
  file.publish();
}

}  // namespace occy::outputs
