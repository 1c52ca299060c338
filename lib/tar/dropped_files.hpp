// tar/dropped_files.hpp: what was dropped from a layer and may still be wanted: the content of files, to which a hard
// link may follow, and where a name that is gone leads now.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "io/spool.hpp"
#include "tar/header.hpp"

namespace occy::tar {

/// For one layer. Memory is bounded: names are hashes, all else is spooled. Paths are compared without a leading "./"
/// or "/" and without a trailing "/".
class DroppedFiles {
 public:
  /// What a name that is gone leads to.
  struct Found {
    /// Of a file that is kept elsewhere by now; nothing: its content waits.
    std::optional<std::string> path;

    /// Where the file's header blocks and then its data lie in the spool.
    std::uint64_t record = 0, header_offset = 0, header_size = 0, data_size = 0;
  };

  /// More names are not remembered; a link that might lead to one of the others is then refused. Layers of real images
  /// stay below 200,000 entries.
  static constexpr std::size_t kMostNames = 500'000;

  explicit DroppedFiles(std::filesystem::path directory, std::size_t most_names = kMostNames)
      : spool_(std::move(directory), Side::filter), most_names_(most_names) {}

  /// A file was dropped. Its data follows, in pieces.
  void add_file(std::string_view path, Block header, std::uint64_t data_size);
  void append_data(Block bytes) { spool_.append(bytes); }

  /// A link was dropped that led to a file that is kept.
  void add_link(std::string_view path, std::string_view target);

  /// A link was dropped that led to `file`, which waits.
  void add_name(std::string_view path, const Found& file);

  /// `file` is now kept under this path.
  void keep(const Found& file, std::string_view path);

  /// Another entry has the path now, and replaces what was kept or dropped there.
  void forget(std::string_view path);

  /// Nothing when no such name was dropped. Throws Error (side: filter): Errc::limit when that is not known any more,
  /// Errc::unsupported when the name led to a file that is kept, and that another entry has replaced since.
  [[nodiscard]] std::optional<Found> find(std::string_view path) const;

  [[nodiscard]] std::vector<std::byte> header(const Found& file) const;
  void copy_data(const Found& file, const std::function<void(Block)>& put) const;

 private:
  struct Record;
  [[nodiscard]] Record read_record(std::uint64_t offset) const;
  void require_there(std::string_view path, const std::string& target, std::uint64_t noted) const;
  [[nodiscard]] std::string read_text(std::uint64_t offset, std::uint64_t size) const;
  [[nodiscard]] bool is_of(const Record& record, std::uint64_t offset, std::string_view path) const;
  std::uint64_t append_record(const Record& record, std::string_view path);
  void set_kept(std::uint64_t offset, std::uint64_t kept);
  void remember(std::string_view path, std::uint64_t offset);

  io::Spool spool_;
  std::size_t most_names_;
  bool forgetful_ = false;
  std::unordered_map<std::size_t, std::uint64_t> records_;   // by hash of the path: where the record stands
  std::unordered_set<std::size_t> targets_;                  // hashes of the kept paths that dropped links led to
  std::unordered_map<std::size_t, std::uint64_t> replaced_;  // of these, where the spool ended when another entry came
};

}  // namespace occy::tar
