#include <utility>

#include "occy/inputs/dir.hpp"
#include "occy/outputs/dir.hpp"
#include "occy/outputs/tree.hpp"
#include "uri/schemes.hpp"
#include "uri/unpack_keys.hpp"

namespace occy::uri {
namespace {

constexpr const char* kDirectoryForm = "dir://PATH";

std::unique_ptr<ImageOutput> make_tree_output(const Request& request) {
  return std::make_unique<TreeWriter>(path_of(request, "dir://PATH?expand=true"),
                                      TreeWriterOptions{.unpack = unpack_options(request), .names = names_of(request)});
}

DirWriterOptions::Store store_of(const Request& request) {
  return is_set(request, "unique_names") ? DirWriterOptions::Store::unique_names : DirWriterOptions::Store::single;
}

std::unique_ptr<ImageOutput> make_store_output(const Request& request) {
  if (request.value("owners") != nullptr) refuse(request.text, "option 'owners' is for unpacked trees", "expand=true");
  return std::make_unique<DirWriter>(path_of(request, kDirectoryForm),
                                     DirWriterOptions{.store = store_of(request),
                                                      .names = names_of(request),
                                                      .verify_jobs = request.options.jobs,
                                                      .limits = request.options.engine.limits,
                                                      .stop = request.options.engine.stop});
}

std::unique_ptr<ImageOutput> make_dir_output(const Request& request) {
  if (!is_set(request, "expand")) return make_store_output(request);
  if (is_set(request, "unique_names"))
    refuse(request.text, "a tree holds one image", "expand=true or unique_names=true");
  return make_tree_output(request);
}

std::unique_ptr<ImageInput> make_dir_input(const Request& request) {
  DirInputOptions options{.limits = request.options.engine.limits};
  if (const std::string* image = request.value("image")) options.image = image_name(request, *image);
  return std::make_unique<DirInput>(path_of(request, kDirectoryForm), std::move(options));
}

}  // namespace

Scheme dir_scheme() {
  return {.name = "dir",
          .input_keys = {"image"},
          .output_keys = {"expand", "name", "owners", "unique_names"},
          .make_input = make_dir_input,
          .make_output = make_dir_output};
}

}  // namespace occy::uri
