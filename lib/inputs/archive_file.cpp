#include "inputs/archive_file.hpp"

#include <optional>
#include <string>
#include <utility>

#include "io/packing_of.hpp"
#include "occy/error.hpp"

namespace occy {
namespace {

tar::ArchiveFault archive_fault(Errc code, ErrorDetail detail) {
  return {.code = code, .check = "archive", .detail = std::move(detail)};
}

/// An archive that is empty or compressed as a whole; none when it may be a tar archive.
std::optional<tar::ArchiveFault> fault_at_first_sight(const io::File& file) {
  const std::string name = file.path().string();
  if (file.size() == 0)
    return archive_fault(Errc::bad_archive, {.subject = name, .what = "not a tar archive", .found = "an empty file"});
  const Compression compression = io::packing_of(file, 0, file.size());
  if (compression == Compression::none) return std::nullopt;
  return archive_fault(Errc::unsupported, {.subject = name,
                                           .what = "the archive as a whole is compressed",
                                           .expected = "a tar archive",
                                           .found = std::string(to_string(compression)),
                                           .hint = "unpack it first, or pipe it: occy … tar://- … < ARCHIVE"});
}

}  // namespace

tar::checked<io::File> open_archive(const std::filesystem::path& path) {
  try {
    io::File file = io::File::open_to_read(path, Side::input);
    if (auto fault = fault_at_first_sight(file)) return std::move(*fault);
    return file;
  } catch (const Error& error) {
    return archive_fault(error.code(), error.detail());
  }
}

}  // namespace occy
