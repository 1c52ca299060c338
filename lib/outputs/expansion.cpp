#include "outputs/expansion.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "io/descriptor.hpp"
#include "occy/error.hpp"

namespace occy::outputs {
namespace {

unsigned close_to_others(const io::File& directory) {
  struct stat status {};
  if (::fstat(directory.descriptor(), &status) != 0 || ::fchmod(directory.descriptor(), S_IRWXU) != 0)
    io::throw_system_error(errno, Side::output, directory.path(), "cannot close the directory to others");
  return status.st_mode & 07777U;
}

}  // namespace

io::File copy_of(const io::File& directory) {
  const int descriptor = ::fcntl(directory.descriptor(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (descriptor < 0) io::throw_system_error(errno, Side::output, directory.path(), "cannot open the directory");
  return {descriptor, directory.path(), Side::output};
}

std::filesystem::path spool_place(const UnpackOptions& options, const ClosedStage& stage) {
  return options.spool_directory.empty() ? stage.parent() : options.spool_directory;
}

tree::Ownership ownership_of(UnpackOptions::Owners owners) noexcept {
  if (owners == UnpackOptions::Owners::by_privilege) return tree::default_ownership();
  return owners == UnpackOptions::Owners::image ? tree::Ownership::image : tree::Ownership::recorded;
}

tree::RecordDepth depth_of(VerifyLevel proof) noexcept {
  return proof == VerifyLevel::full ? tree::RecordDepth::everything : tree::RecordDepth::counts;
}

ClosedStage::ClosedStage(const std::filesystem::path& path)
    : staged_(path), mode_(close_to_others(staged_.directory())) {}

io::File ClosedStage::make_directory(const std::string& name) {
  const io::File& parent = staged_.directory();
  const auto shown = parent.path() / name;
  if (::mkdirat(parent.descriptor(), name.c_str(), S_IRWXU) != 0)
    io::throw_system_error(errno, Side::output, shown, "cannot make the directory");
  const int descriptor = io::above_standard_streams(
      ::openat(parent.descriptor(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (descriptor < 0) io::throw_system_error(errno, Side::output, shown, "cannot open the directory");
  return {descriptor, shown, Side::output};
}

WrittenDocument ClosedStage::write_document(const std::string& name, std::string_view content, const char* check) {
  const io::File& parent = staged_.directory();
  const int descriptor = io::above_standard_streams(
      ::openat(parent.descriptor(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  const auto shown = parent.path() / name;
  if (descriptor < 0) io::throw_system_error(errno, Side::output, shown, "cannot make the file");
  io::File file(descriptor, shown, Side::output);
  file.write_at(std::as_bytes(std::span(content)), 0);
  return {.name = name, .digest = sha256(content), .size = content.size(), .check = check};
}

void ClosedStage::publish() {
  if (::fchmod(staged_.directory().descriptor(), mode_) != 0)
    io::throw_system_error(errno, Side::output, staged_.final_path(), "cannot set its mode");
  staged_.publish(io::Unsynced::everything);
}

Expansion::Expansion(const std::filesystem::path& path, const UnpackOptions& options, const ImageDescription& image)
    : stage_(path),
      ownership_(ownership_of(options.owners)),
      root_(stage_.make_directory(kRootName)),
      extractor_(copy_of(root_),
                 {.ownership = ownership_, .record = depth_of(options.proof), .limits = options.limits}),
      queue_(extractor_, image, spool_place(options, stage_)) {}

void Expansion::complete(const ImageConfig& config) {
  queue_.settle(config, stage_.final_path().string());
  extractor_.finish();
  layer_count_ = config.diff_ids().size();
}

tree::RootDirectory Expansion::open_tree() const { return tree::RootDirectory(copy_of(root_)); }

Expanded Expansion::publish(std::vector<WrittenDocument> documents) {
  stage_.publish();
  return {.path = stage_.final_path(),
          .ownership = ownership_,
          .record = extractor_.take_record(),
          .remarks = extractor_.remarks().results(stage_.final_path().string()),
          .documents = std::move(documents),
          .layers = layer_count_};
}

}  // namespace occy::outputs
