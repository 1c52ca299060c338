// occy/entry.hpp: one member of a layer, as its tar header blocks and the PAX or GNU extensions before it say.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace occy {

enum class EntryType { file, hard_link, symbolic_link, character_device, block_device, directory, fifo, other };

/// A moment with its fraction, since 1970.
struct Time {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;

  friend bool operator==(const Time&, const Time&) = default;
};

struct Entry {
  /// As written, after extensions: not normalised, any bytes but NUL. A directory keeps its trailing slash.
  std::string path;

  EntryType type = EntryType::file;

  /// The type byte, for messages about `other`.
  char type_byte = '0';

  /// Target of a hard or symbolic link.
  std::string link = {};

  /// Bytes that follow the header in the archive (before padding).
  std::uint64_t stored_size = 0;

  /// Bytes of the file when it is unpacked: another number than stored_size for sparse files.
  std::uint64_t real_size = 0;

  /// The stored bytes are not the file's: holes are left out, and a map may be among them.
  bool sparse = false;

  /// All 12 permission bits, and whatever else the writer put there.
  std::uint64_t mode = 0;

  std::int64_t uid = 0;
  std::int64_t gid = 0;
  std::string user_name = {};
  std::string group_name = {};
  Time mtime = {};
  std::uint64_t device_major = 0;
  std::uint64_t device_minor = 0;

  /// PAX records that have no member above, in their order, values as bytes: "SCHILY.xattr.user.note", "GNU.sparse.…".
  /// The times of access and change, "atime" and "ctime", are here too where the header has fields for them.
  std::vector<std::pair<std::string, std::string>> records = {};

  /// Where the entry's first header block (an extension, if it has any) and its data begin, from the beginning of the
  /// archive.
  std::uint64_t header_offset = 0;
  std::uint64_t data_offset = 0;

  friend bool operator==(const Entry&, const Entry&) = default;
};

}  // namespace occy
