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
  TreeWriterOptions options{.unpack = unpack_options(request)};
  if (const std::string* name = request.value("name"))
    options.names = std::vector{image_name(request, *name).with_default_tag()};
  return std::make_unique<TreeWriter>(path_of(request, "dir://PATH?expand=true"), std::move(options));
}

DirWriterOptions::Store store_of(const Request& request) {
  return is_set(request, "unique_names") ? DirWriterOptions::Store::unique_names : DirWriterOptions::Store::single;
}

std::unique_ptr<ImageOutput> make_store_output(const Request& request) {
  if (request.value("owners") != nullptr) refuse(request.text, "option 'owners' is for unpacked trees", "expand=true");
  DirWriterOptions options{.store = store_of(request),
                           .verify_jobs = request.options.jobs,
                           .limits = request.options.engine.limits,
                           .stop = request.options.engine.stop};
  if (const std::string* name = request.value("name"))
    options.names = std::vector{image_name(request, *name).with_default_tag()};
  return std::make_unique<DirWriter>(path_of(request, kDirectoryForm), std::move(options));
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
