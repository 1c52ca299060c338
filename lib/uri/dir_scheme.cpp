#include <utility>

#include "occy/outputs/tree.hpp"
#include "uri/schemes.hpp"
#include "uri/unpack_keys.hpp"

namespace occy::uri {
namespace {

std::unique_ptr<ImageOutput> make_tree_output(const Request& request) {
  TreeWriterOptions options{.unpack = unpack_options(request)};
  if (const std::string* name = request.value("name"))
    options.names = std::vector{image_name(request, *name).with_default_tag()};
  return std::make_unique<TreeWriter>(path_of(request, "dir://PATH?expand=true"), std::move(options));
}

std::unique_ptr<ImageOutput> make_dir_output(const Request& request) {
  if (!is_set(request, "expand")) refuse(request.text, "layers are not kept in directories", "dir://PATH?expand=true");
  return make_tree_output(request);
}

}  // namespace

Scheme dir_scheme() {
  return {.name = "dir",
          .input_keys = {},
          .output_keys = {"expand", "name", "owners"},
          .make_input = refuse_input,
          .make_output = make_dir_output};
}

}  // namespace occy::uri
