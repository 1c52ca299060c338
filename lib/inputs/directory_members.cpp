#include "inputs/directory_members.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

#include "io/beneath.hpp"
#include "io/directory.hpp"
#include "io/packing_of.hpp"
#include "occy/error.hpp"
#include "tar/archive_documents.hpp"

namespace occy {

tar::checked<io::File> DirectoryMembers::open(const std::string& name) const {
  try {
    return io::open_beneath(directory_, name, Side::input);
  } catch (const Error& error) {
    if (error.code() != Errc::not_found) throw;
    ErrorDetail detail = error.detail();
    detail.subject = subject(name);
    return tar::ArchiveFault{.code = Errc::not_found, .check = "archive-blob-missing", .detail = std::move(detail)};
  }
}

tar::checked<std::string> DirectoryMembers::read_document(const std::string& name, const std::string& check) const {
  const auto file = open(name);
  if (!file) return file.error();
  const std::uint64_t size = file->size();
  if (size > limits_.document_bytes) return tar::document_too_large(subject(name), check, size, limits_);
  std::string bytes(size, '\0');
  file->read_exactly_at(std::as_writable_bytes(std::span(bytes)), 0);
  return bytes;
}

bool DirectoryMembers::contains(const std::string& name) const {
  struct stat status {};
  return ::fstatat(directory_.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

tar::checked<io::File> open_source_directory(const std::filesystem::path& path) {
  try {
    return io::open_directory_to_read(path, Side::input);
  } catch (const Error& error) {
    return tar::ArchiveFault{.code = error.code(), .check = "archive", .detail = error.detail()};
  }
}

Compression compression_of(const io::File& file) { return io::packing_of(file, 0, file.size()); }

}  // namespace occy
