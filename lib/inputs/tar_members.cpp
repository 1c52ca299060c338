#include "inputs/tar_members.hpp"

#include <utility>

#include "io/packing_of.hpp"
#include "tar/archive_documents.hpp"

namespace occy {
namespace {

tar::ArchiveFault missing(std::string subject, std::string what, std::string expected, std::string found) {
  return {.code = Errc::not_found,
          .check = "archive-blob-missing",
          .detail = {.subject = std::move(subject),
                     .what = std::move(what),
                     .expected = std::move(expected),
                     .found = std::move(found)}};
}

}  // namespace

TarMembers::TarMembers(const io::File& file, const tar::ArchiveIndex& index, std::string archive, const Limits& limits)
    : file_(file), index_(index), archive_(std::move(archive)), limits_(limits) {}

tar::checked<const tar::Member*> TarMembers::find(const std::string& name) const {
  if (!contains(name)) return missing(subject(name), "missing", "a member of this name", "none");
  if (index_.count(name) > 1) return tar::member_repeated(subject(name));
  const auto member = index_.resolve(name);
  if (!member) return missing(subject(name), "not a regular file", "", tar::located(member.error()));
  if (index_.count((*member)->name) > 1) return tar::member_repeated(subject((*member)->name));
  return *member;
}

tar::checked<std::string> TarMembers::read_document(const std::string& name, const std::string& check) const {
  const auto member = find(name);
  if (!member) return member.error();
  const std::uint64_t size = (*member)->size;
  if (size > limits_.document_bytes) return tar::document_too_large(subject(name), check, size, limits_);
  if ((*member)->data_offset + size > file_.size())
    return missing(subject(name), "cut", std::to_string(size) + " bytes", "the end of the archive");
  std::string bytes(size, '\0');
  file_.read_exactly_at(std::as_writable_bytes(std::span(bytes)), (*member)->data_offset);
  return bytes;
}

Compression TarMembers::compression_of(const tar::Member& member) const {
  return io::packing_of(file_, member.data_offset, member.size);
}

std::optional<tar::ArchiveFault> TarMembers::fault() const {
  const auto& failure = index_.failure();
  if (!failure) return std::nullopt;
  return tar::ArchiveFault{.code = Errc::bad_archive,
                           .check = "archive",
                           .detail = {.subject = archive_,
                                      .what = index_.members().empty() ? "not a tar archive" : "broken archive",
                                      .expected = {},
                                      .found = tar::located(*failure)}};
}

}  // namespace occy
