#include "outputs/tar_checks.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "outputs/verdict.hpp"
#include "tar/judge.hpp"

namespace occy::outputs {

namespace {

CheckResults one_error(const char* check, const std::filesystem::path& path, std::string message) {
  CheckResults results;
  results.error(check, path.string(), std::move(message));
  return results;
}

// A link that leads nowhere is no archive either.
bool is_there(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error) || error;
}

std::string describe(const tar::Member& member) {
  return "\"" + printable(member.name) + "\", type " + std::to_string(static_cast<int>(member.type)) + ", " +
         bytes_text(member.size);
}

bool same(const tar::Member& ours, const tar::Member& theirs) {
  return ours.name == theirs.name && ours.type == theirs.type && ours.size == theirs.size && ours.link == theirs.link;
}

CheckResults verify_opened(const WrittenArchive& archive, std::string proved,
                           const std::function<CheckResults(const WrittenArchive&)>& look) {
  const std::filesystem::path& path = archive.file.path();
  if (const auto& failure = archive.index.failure())
    return one_error("verify.tarball", path, failure->message + " at offset " + std::to_string(failure->position));
  CheckResults results = look(archive);
  conclude(results, path.string(), std::move(proved));
  return results;
}

}  // namespace

void TarChecks::error(const char* check, const std::string& member, std::string message) {
  results_.error(check, archive_.file.path().string() + ": " + printable(member), std::move(message));
}

const tar::Member* TarChecks::only_file(const char* check, const std::string& name) {
  const auto* member = archive_.index.find(name);
  if (member == nullptr) return error(check, name, "missing in the archive"), nullptr;
  const auto count = archive_.index.count(name);
  if (count != 1) return error(check, name, "expected once, found " + std::to_string(count) + " times"), nullptr;
  if (member->type != tar::EntryType::file) return error(check, name, "expected a regular file"), nullptr;
  return member;
}

const tar::Member* TarChecks::only_file(const char* check, const std::string& name, std::uint64_t size) {
  const auto* member = only_file(check, name);
  if (member == nullptr || member->size == size) return member;
  return error(check, name, difference(bytes_text(size), bytes_text(member->size))), nullptr;
}

void TarChecks::expect_document(const char* check, const std::string& name, std::uint64_t size, const Digest& digest) {
  const auto* member = only_file(check, name, size);
  if (member == nullptr) return;
  if (const Digest found = sha256(read(*member)); found != digest)
    error(check, name, difference("digest " + digest.str(), found.str()));
}

void TarChecks::expect_bytes(const char* check, const std::string& name, std::string_view bytes) {
  const auto* member = only_file(check, name, bytes.size());
  if (member != nullptr && read(*member) != bytes) error(check, name, "its bytes are not those that were written");
}

std::string TarChecks::read(const tar::Member& member) const {
  std::string text(member.size, '\0');
  archive_.file.read_exactly_at(std::as_writable_bytes(std::span(text)), member.data_offset);
  return text;
}

CheckResults verify_archive(const std::filesystem::path& path, const Limits& limits, std::string proved,
                            const std::function<CheckResults(const WrittenArchive&)>& look) noexcept {
  if (!is_there(path)) return one_error("verify.tarball", path, "tarball missing: " + path.string());
  return findings_of("verify.tarball", path.string(), [&](CheckResults& results) {
    auto file = io::File::open_to_read(path, Side::verify);
    auto index = tar::ArchiveIndex::build(file, limits);
    results = verify_opened({std::move(file), std::move(index)}, std::move(proved), look);
  });
}

CheckResults verify_second_reader(const WrittenArchive& archive) {
  const auto& path = archive.file.path();
  const auto judged = tar::judge_archive(archive.file);
  if (!judged) return one_error("verify.judge", path, "libarchive: " + judged.error().message);
  const auto& ours = archive.index.members();
  const auto& theirs = *judged;
  if (ours.size() != theirs.size())
    return one_error(
        "verify.judge", path,
        "libarchive sees " + std::to_string(theirs.size()) + " members, expected " + std::to_string(ours.size()));
  const auto [our, their] = std::mismatch(ours.begin(), ours.end(), theirs.begin(), same);
  if (our == ours.end()) return CheckResults{};
  return one_error("verify.judge", path, "libarchive sees " + describe(*their) + ", expected " + describe(*our));
}

}  // namespace occy::outputs
