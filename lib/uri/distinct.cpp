#include <filesystem>

#include "occy/error.hpp"
#include "occy/uri.hpp"

namespace occy {
namespace {

// The file behind a URI; empty when there is none that both sides could share.
std::filesystem::path file_of(std::string_view text) {
  const auto uri = Uri::parse(text);
  return uri && uri->scheme == "tar" ? std::filesystem::path(uri->rest) : std::filesystem::path();
}

std::filesystem::path source_file(std::string_view text) {
  const std::filesystem::path path = file_of(text);
  return path == "-" ? "/dev/stdin" : path;
}

}  // namespace

void require_distinct(std::string_view source, std::string_view destination) {
  const std::filesystem::path from = source_file(source);
  const std::filesystem::path to = file_of(destination);
  if (from.empty() || to.empty()) return;
  // By device and inode, so that links are seen through. A file that does not exist is no other file.
  std::error_code ignored;
  if (!std::filesystem::equivalent(from, to, ignored)) return;
  throw Error(Errc::destination, Side::usage,
              {.subject = std::string(destination),
               .what = "source and destination are the same file",
               .found = std::string(source)});
}

}  // namespace occy
