// outputs/store.hpp: a directory of files that never change once they have a name (blobs, layers) and of a few
// documents that say which of them make an image.
//
// New: everything is written beside the destination, which appears by rename. There already: everything is written in a
// hidden directory inside, and at the end, under a lock, the files get their names, the documents last. So several
// processes may write one store, and a process that dies leaves nothing that a reader, or a later writer, would see.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/staged_directory.hpp"
#include "outputs/store_file.hpp"

namespace occy::outputs {

struct StoreDocument {
  std::string name;
  std::string bytes;
};

/// A document as it was published: as long as the file is the same one, its bytes must be.
struct PublishedDocument {
  StoreDocument document;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

/// One image's way into a store. Threads: new_file() and keep() may be called by several at once.
class Store {
 public:
  /// Throws Error (side: output) when a directory that is not empty is no store of the wanted kind.
  using Require = std::function<void(const io::File& directory)>;

  /// The documents that the image adds or changes, in the order in which they appear. `now` is the store as it is at
  /// that moment; null when it is new.
  using MakeDocuments = std::function<std::vector<StoreDocument>(const io::File* now)>;

  /// Throws Error (side: output): Errc::destination, with a hint, when the place is neither free nor a store.
  Store(const std::filesystem::path& path, Require require, std::stop_token stop);
  ~Store();

  /// The store as it is; null when there was none.
  [[nodiscard]] const io::File* existing() const noexcept { return root_ ? &*root_ : nullptr; }

  /// The destination, symbolic links resolved.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  [[nodiscard]] std::unique_ptr<StoreFile> new_file();

  /// Gives a finished file the name that it will have in the store.
  void keep(StoreFile& file, const std::string& name);

  /// A whole file.
  void keep(const std::string& name, std::string_view content);

  /// Whether a file is what its name says.
  using Prove = std::function<bool(const io::File& file)>;

  /// A file that was there before, and was proved when it had this stamp. Where it is another file when the image is
  /// published, it is proved again; if that fails, so does publish().
  void rely_on(const std::string& name, const io::FileStamp& stamp, Prove prove) {
    relied_on_.emplace(name, Relied{.stamp = stamp, .prove = std::move(prove)});
  }

  /// All or nothing. Throws Error (side: output). Called once.
  std::vector<PublishedDocument> publish(const MakeDocuments& make_documents);

 private:
  [[nodiscard]] const io::File& work() const noexcept;
  void open_existing();
  void make_parents(const std::string& name);
  void sync_work() const;
  [[nodiscard]] std::vector<PublishedDocument> write(std::vector<StoreDocument> documents);
  [[nodiscard]] std::vector<PublishedDocument> publish_new(const MakeDocuments& make_documents);
  [[nodiscard]] std::vector<PublishedDocument> publish_inside(const MakeDocuments& make_documents);
  void require_unchanged() const;

  struct Relied {
    io::FileStamp stamp;
    Prove prove;
  };

  std::filesystem::path path_;
  Require require_;
  std::stop_token stop_;
  std::optional<io::File> root_;
  std::optional<io::TemporaryDirectory> inside_;
  std::optional<io::StagedDirectory> beside_;
  std::map<std::string, Relied> relied_on_;

  std::mutex mutex_;  // guards what follows
  std::set<std::string> names_;
  std::set<std::string> directories_ = {""};
};

}  // namespace occy::outputs
