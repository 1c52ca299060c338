#include "io/destination.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "io/file_kind.hpp"
#include "occy/error.hpp"

namespace occy::io {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, const char* expected, std::string_view found, std::string hint) {
  throw Error(Errc::destination, Side::output,
              {path.string(), "cannot write there", expected, std::string(found), std::move(hint)});
}

[[noreturn]] void refuse_file(const fs::path& path, std::string_view found, std::string hint) {
  refuse(path, "a regular file, or none yet", found, std::move(hint));
}

std::string hint_for(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return "create the directory first, or name another one";
    case EACCES:
    case EPERM:
    case EROFS:
      return "name a directory that you may write to";
    case ENAMETOOLONG:
      return "choose a shorter name";
    case ELOOP:
      return "the path is a loop of symbolic links: name the file itself";
    default:
      return {};
  }
}

fs::path follow_links(const fs::path& path) {
  constexpr int kLinks = 40;  // as the kernel counts
  fs::path place = path;
  for (int i = 0; i < kLinks; ++i) {
    std::error_code ignored;
    if (!fs::is_symlink(fs::symlink_status(place, ignored))) return place;
    place = place.parent_path() / fs::read_symlink(place, ignored);  // an absolute target replaces the parent
  }
  throw_destination_error(ELOOP, path, "cannot write there");
}

bool has_names(const fs::path& directory) {
  std::error_code error;
  const fs::directory_iterator names(directory, error);
  if (error) throw_destination_error(error.value(), directory, "cannot look into the directory");
  return names != fs::directory_iterator();
}

/// "a/b/" and "a/b/." are the directory "a/b"; what ends in ".." is named by where it leads.
fs::path without_trailing_slash(const fs::path& path) {
  fs::path place = path.lexically_normal();
  if (place.filename().empty() && place.has_relative_path()) place = place.parent_path();
  if (place != "." && place.filename() != "..") return place;
  std::error_code error;
  fs::path real = fs::canonical(place, error);
  if (error) throw_destination_error(error.value(), path, "cannot write there");
  return real;
}

}  // namespace

DirectoryDestination look_at_directory(const fs::path& path) {
  DirectoryDestination found{.path = follow_links(without_trailing_slash(path))};
  struct stat status {};
  if (::stat(found.path.c_str(), &status) != 0) {
    if (errno != ENOENT) throw_destination_error(errno, found.path, "cannot write there");
    return found;
  }
  if (!S_ISDIR(status.st_mode))
    refuse(found.path, "a directory, or none yet", kind_name(status.st_mode), "name a directory, or a free name");
  found.state = has_names(found.path) ? DirectoryState::filled : DirectoryState::empty;
  found.permissions = fs::perms(status.st_mode & 07777U);
  return found;
}

fs::path resolve_destination(const fs::path& path) {
  fs::path place = follow_links(path);
  if (place.filename().empty()) refuse_file(path, "the name of a directory", "name a file");
  struct stat status {};
  if (::stat(place.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) refuse_file(place, kind_name(status.st_mode), "name a file, or a name that is free");
  } else if (errno != ENOENT) {
    throw_destination_error(errno, place, "cannot write there");
  }
  return place;
}

void throw_destination_error(int error_number, const fs::path& path, const char* what) {
  std::string hint = hint_for(error_number);
  const Errc code = hint.empty() ? Errc::io : Errc::destination;
  throw Error(code, Side::output,
              {path.string(), what, {}, std::generic_category().message(error_number), std::move(hint)});
}

}  // namespace occy::io
