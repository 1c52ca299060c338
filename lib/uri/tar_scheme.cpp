#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "io/file.hpp"
#include "io/waiting_source.hpp"
#include "occy/error.hpp"
#include "occy/inputs/tar.hpp"
#include "occy/inputs/tar_blobs.hpp"
#include "occy/inputs/tar_stream.hpp"
#include "occy/outputs/tar.hpp"
#include "occy/outputs/tar_blobs.hpp"
#include "uri/schemes.hpp"

namespace occy::uri {
namespace {

bool is_pipe(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode));
}

TarInputOptions tar_input_options(const Request& request) {
  TarInputOptions options{.limits = request.options.engine.limits};
  if (const std::string* image = request.value("image")) options.image = image_name(request, *image);
  return options;
}

std::unique_ptr<ImageInput> make_stream_input(const Request& request, io::File file, const std::string& name) {
  auto bytes = std::make_unique<io::WaitingSource>(std::move(file), request.options.engine.stop);
  return std::make_unique<TarStreamInput>(std::move(bytes), name, tar_input_options(request));
}

// A copy, because a File closes what it holds.
io::File standard_input() {
  const int copy = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) io::throw_system_error(errno, Side::input, "standard input", "cannot open");
  return {copy, "standard input", Side::input};
}

// Not waiting for a writer here: the source waits, and can be stopped.
io::File open_pipe(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) io::throw_system_error(errno, Side::input, path, "cannot open");
  return {descriptor, path, Side::input};
}

std::unique_ptr<ImageInput> make_tar_input(const Request& request) {
  const std::filesystem::path path = path_of(request, "tar://PATH");
  if (path == "-") return make_stream_input(request, standard_input(), "standard input");
  if (is_pipe(path)) return make_stream_input(request, open_pipe(path), path);
  return std::make_unique<TarInput>(path, tar_input_options(request));
}

TarWriterOptions::Form form_of(const Request& request) {
  using Form = TarWriterOptions::Form;
  return choice_of<Form>(request, "layout", {{"docker", Form::docker}, {"oci", Form::oci}}, Form::docker);
}

std::filesystem::path destination_path(const Request& request) {
  std::filesystem::path path = path_of(request, "tar://PATH");
  if (path != "-") return path;
  throw Error(Errc::unsupported, Side::usage,
              {.subject = request.text,
               .what = "an archive cannot be written to standard output",
               .hint = "name a file: headers are patched when a layer is proved, and a pipe cannot be patched"});
}

std::unique_ptr<ImageOutput> make_tar_output(const Request& request) {
  const std::filesystem::path path = destination_path(request);
  return std::make_unique<TarWriter>(path, TarWriterOptions{.form = form_of(request),
                                                            .names = names_of(request),
                                                            .verify_jobs = request.options.jobs,
                                                            .spool_directory = request.options.temp_directory,
                                                            .limits = request.options.engine.limits,
                                                            .stop = request.options.engine.stop});
}

std::unique_ptr<BlobInput> make_tar_blob_input(const Request& request) {
  const std::filesystem::path path = path_of(request, "tar://PATH");
  if (path == "-" || is_pipe(path))
    throw Error(Errc::unsupported, Side::usage,
                {.subject = request.text,
                 .what = "an index for several platforms cannot be read from a pipe",
                 .hint = "name a file: what the index leads to may lie before it"});
  return std::make_unique<TarBlobInput>(path, tar_input_options(request));
}

std::unique_ptr<BlobOutput> make_tar_blob_output(const Request& request) {
  const std::filesystem::path path = destination_path(request);
  if (form_of(request) != TarWriterOptions::Form::oci)
    throw Error(Errc::unsupported, Side::usage,
                {.subject = request.text,
                 .what = "a docker archive holds one image, and no index for several platforms",
                 .expected = "tar://PATH?layout=oci",
                 .found = "no layout=oci"});
  return std::make_unique<TarBlobOutput>(path, TarBlobOutputOptions{.names = names_of(request),
                                                                    .verify_jobs = request.options.jobs,
                                                                    .limits = request.options.engine.limits,
                                                                    .stop = request.options.engine.stop});
}

}  // namespace

Scheme tar_scheme() {
  return {.name = "tar",
          .input_keys = {"image"},
          .output_keys = {"name", "layout"},
          .make_input = make_tar_input,
          .make_output = make_tar_output,
          .make_blob_input = make_tar_blob_input,
          .make_blob_output = make_tar_blob_output};
}

}  // namespace occy::uri
