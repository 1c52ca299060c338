#include "outputs/store.hpp"

#include <utility>

#include "io/beneath.hpp"
#include "io/destination.hpp"
#include "io/directory.hpp"
#include "occy/error.hpp"
#include "outputs/store_lock.hpp"
#include "outputs/store_publication.hpp"

namespace occy::outputs {
namespace {

constexpr std::string_view kPrefix = "occy";

}  // namespace

Store::Store(const std::filesystem::path& path, Require require, std::stop_token stop)
    : path_(io::look_at_directory(path).path), require_(std::move(require)), stop_(std::move(stop)) {
  if (io::look_at_directory(path_).state != io::DirectoryState::filled) {
    beside_.emplace(path_);
    return;
  }
  open_existing();
  const StoreLock lock(*root_, stop_);
  io::remove_abandoned(*root_, kPrefix);
  inside_.emplace(*root_, kPrefix, path_);
}

Store::~Store() = default;

void Store::open_existing() {
  root_ = io::open_directory(path_);
  require_(*root_);
}

const io::File& Store::work() const noexcept { return beside_ ? beside_->directory() : inside_->directory(); }

std::unique_ptr<StoreFile> Store::new_file() { return std::make_unique<StoreFile>(work()); }

void Store::keep(StoreFile& file, const std::string& name) {
  make_parents(name);
  file.rename_to(name);
  const std::scoped_lock lock(mutex_);
  names_.insert(name);
}

void Store::keep(const std::string& name, std::string_view content) {
  StoreFile file(work());
  file.write(std::as_bytes(std::span(content)));
  keep(file, name);
}

void Store::make_parents(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  for (const std::string& directory : directories_of(name))
    if (directories_.insert(directory).second) make_directory(work(), directory);
}

std::vector<PublishedDocument> Store::publish(const MakeDocuments& make_documents) {
  if (!beside_) return publish_inside(make_documents);
  try {
    return publish_new(make_documents);
  } catch (const Error& error) {
    const bool overtaken =
        error.code() == Errc::destination && io::look_at_directory(path_).state == io::DirectoryState::filled;
    if (!overtaken) throw;
  }
  // Another process has made a store there meanwhile: the image joins it.
  open_existing();
  return publish_inside(make_documents);
}

std::vector<PublishedDocument> Store::publish_new(const MakeDocuments& make_documents) {
  auto published = write(make_documents(nullptr));
  sync_work();
  beside_->publish(io::Unsynced::names);
  return published;
}

std::vector<PublishedDocument> Store::publish_inside(const MakeDocuments& make_documents) {
  const StoreLock lock(*root_, stop_);
  require_unchanged();
  auto published = write(make_documents(&*root_));
  StorePublication publication(work(), *root_);
  for (const std::string& name : names_) publication.move(name);
  publication.sync();
  for (const auto& [document, device, inode] : published) publication.move(document.name);
  publication.sync();
  publication.commit();
  return published;
}

std::vector<PublishedDocument> Store::write(std::vector<StoreDocument> documents) {
  std::vector<PublishedDocument> published;
  for (StoreDocument& document : documents) {
    StoreFile file(work());
    file.write(std::as_bytes(std::span(document.bytes)));
    make_parents(document.name);
    file.rename_to(document.name);
    const io::FileStamp stamp = file.stamp();
    published.push_back({.document = std::move(document), .device = stamp.device, .inode = stamp.inode});
  }
  return published;
}

void Store::sync_work() const {
  for (const std::string& name : directories_)
    if (!name.empty()) io::sync_directory(io::open_directory_beneath(work(), name, Side::output));
}

void Store::require_unchanged() const {
  for (const auto& [name, relied] : relied_on_) {
    const auto stamp = io::stamp_beneath(*root_, name);
    if (stamp == relied.stamp || (stamp && relied.prove(io::open_beneath(*root_, name, Side::output)))) continue;
    throw Error(Errc::io, Side::output,
                {.subject = (path_ / name).string(),
                 .what = "the file was removed or changed while the image was written",
                 .expected = {},
                 .found = {},
                 .hint = "another process works on this store: write the image again"});
  }
}

}  // namespace occy::outputs
