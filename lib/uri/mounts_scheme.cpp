#include "occy/outputs/mounts.hpp"
#include "uri/schemes.hpp"
#include "uri/unpack_keys.hpp"

namespace occy::uri {
namespace {

std::unique_ptr<ImageOutput> make_mounts_output(const Request& request) {
  return std::make_unique<MountsWriter>(path_of(request, "mounts://PATH"), unpack_options(request));
}

}  // namespace

Scheme mounts_scheme() {
  return {.name = "mounts",
          .input_keys = {},
          .output_keys = {"owners"},
          .make_input = refuse_input,
          .make_output = make_mounts_output};
}

}  // namespace occy::uri
