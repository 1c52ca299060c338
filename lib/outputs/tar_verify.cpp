#include "outputs/tar_verify.hpp"

#include <algorithm>
#include <exception>

#include "occy/error.hpp"
#include "outputs/verdict.hpp"
#include "tar/judge.hpp"

namespace occy::outputs {

namespace {

CheckResults one_error(const char* check, const std::filesystem::path& path, std::string message) {
  CheckResults results;
  results.error(check, path.string(), std::move(message));
  return results;
}

std::string describe(const Error& error, const std::filesystem::path& path) {
  if (error.code() == Errc::not_found) return "tarball missing: " + path.string();
  const auto& detail = error.detail();
  return detail.what + (detail.found.empty() ? "" : ": " + detail.found);
}

std::string describe(const tar::Member& member) {
  return "\"" + printable(member.name) + "\", type " + std::to_string(static_cast<int>(member.type)) + ", " +
         std::to_string(member.size) + " bytes";
}

bool same(const tar::Member& ours, const tar::Member& theirs) {
  return ours.name == theirs.name && ours.type == theirs.type && ours.size == theirs.size && ours.link == theirs.link;
}

CheckResults verify_opened(const WrittenArchive& archive, const WrittenImage& written, VerifyLevel level, unsigned jobs,
                           const Limits& limits) {
  if (const auto& failure = archive.index.failure())
    return one_error("verify.tarball", archive.file.path(),
                     failure->message + " at offset " + std::to_string(failure->position));
  auto results = verify_documents(archive, written, limits);
  if (level == VerifyLevel::full) {
    results.merge(verify_second_reader(archive));
    results.merge(verify_layers(archive, written, jobs, limits));
  }
  conclude(results, archive.file.path().string(), layers_verified(written.layers.size()));
  return results;
}

}  // namespace

CheckResults verify_tar(const std::filesystem::path& path, const WrittenImage& written, VerifyLevel level,
                        unsigned jobs, const Limits& limits) noexcept {
  try {
    auto file = io::File::open_to_read(path, Side::verify);
    auto index = tar::ArchiveIndex::build(file, limits);
    return verify_opened({std::move(file), std::move(index)}, written, level, jobs, limits);
  } catch (const Error& error) {
    return one_error("verify.tarball", path, describe(error, path));
  } catch (const std::exception& error) {
    return one_error("verify.tarball", path, error.what());
  }
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
