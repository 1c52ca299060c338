#include "uri/schemes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "io/file.hpp"
#include "io/waiting_source.hpp"
#include "occy/error.hpp"
#include "occy/inputs/docker.hpp"
#include "occy/inputs/tar.hpp"
#include "occy/inputs/tar_stream.hpp"
#include "occy/outputs/docker.hpp"
#include "occy/outputs/tar.hpp"

namespace occy::uri {
namespace {

Reference reference(const Request& request, const std::string& text) {
  auto parsed = Reference::parse(text);
  if (!parsed) refuse(request.text, "not an image name: '" + text + "'", "NAME[:TAG]", parsed.error().message);
  return std::move(*parsed);
}

std::filesystem::path path_of(const Request& request) {
  if (request.uri.rest.empty()) refuse(request.text, "no path", "tar://PATH");
  return request.uri.rest;
}

bool is_pipe(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode));
}

TarInputOptions tar_input_options(const Request& request) {
  TarInputOptions options{.limits = request.options.engine.limits};
  if (const std::string* image = request.value("image")) options.image = reference(request, *image);
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
  const std::filesystem::path path = path_of(request);
  if (path == "-") return make_stream_input(request, standard_input(), "standard input");
  if (is_pipe(path)) return make_stream_input(request, open_pipe(path), path);
  return std::make_unique<TarInput>(path, tar_input_options(request));
}

std::unique_ptr<ImageOutput> make_tar_output(const Request& request) {
  const std::filesystem::path path = path_of(request);
  if (path == "-")
    throw Error(Errc::unsupported, Side::usage,
                {.subject = request.text,
                 .what = "an archive cannot be written to standard output",
                 .hint = "name a file: headers are patched when a layer is proved, and a pipe cannot be patched"});
  TarWriterOptions options{.verify_jobs = request.options.jobs, .limits = request.options.engine.limits};
  if (const std::string* name = request.value("name"))
    options.names = std::vector{reference(request, *name).with_default_tag()};
  return std::make_unique<TarWriter>(path, std::move(options));
}

EngineOptions engine_options(const Request& request) {
  EngineOptions engine = request.options.engine;
  if (const std::string* socket = request.value("socket")) engine.socket = *socket;
  return engine;
}

EngineProof full_proof(const Request& request) {
  const std::string* value = request.value("export");
  if (value == nullptr || *value == "false") return EngineProof::inspect;
  if (*value == "true") return EngineProof::export_;
  refuse(request.text, "option 'export'", "true or false", *value);
}

std::unique_ptr<ImageInput> make_docker_input(const Request& request) {
  return std::make_unique<DockerInput>(reference(request, request.uri.rest), engine_options(request));
}

std::unique_ptr<ImageOutput> make_docker_output(const Request& request) {
  Reference name = reference(request, request.uri.rest);
  if (name.digest) refuse(request.text, "an engine cannot load an image under a digest", "NAME[:TAG]");
  return std::make_unique<DockerWriter>(std::move(name),
                                        DockerWriterOptions{.engine = engine_options(request),
                                                            .full_proof = full_proof(request),
                                                            .spool_directory = request.options.temp_directory});
}

}  // namespace

const std::string* Request::value(std::string_view key) const noexcept {
  const auto found =
      std::find_if(uri.options.begin(), uri.options.end(), [&](const auto& option) { return option.first == key; });
  return found == uri.options.end() ? nullptr : &found->second;
}

const std::vector<Scheme>& schemes() {
  static const std::vector<Scheme> table = {
      {.name = "tar",
       .input_keys = {"image"},
       .output_keys = {"name"},
       .make_input = make_tar_input,
       .make_output = make_tar_output},
      {.name = "docker",
       .input_keys = {"socket"},
       .output_keys = {"socket", "export"},
       .make_input = make_docker_input,
       .make_output = make_docker_output},
  };
  return table;
}

void refuse(std::string_view text, std::string what, std::string expected, std::string found) {
  throw Error(Errc::bad_text, Side::usage,
              {.subject = std::string(text),
               .what = std::move(what),
               .expected = std::move(expected),
               .found = std::move(found)});
}

}  // namespace occy::uri
