#include "occy/outputs/bundle.hpp"
#include "uri/schemes.hpp"
#include "uri/unpack_keys.hpp"

namespace occy::uri {
namespace {

std::unique_ptr<ImageOutput> make_bundle_output(const Request& request) {
  return std::make_unique<BundleWriter>(path_of(request, "oci://PATH"), unpack_options(request));
}

}  // namespace

Scheme oci_scheme() {
  return {.name = "oci",
          .input_keys = {},
          .output_keys = {"owners"},
          .make_input = refuse_input,
          .make_output = make_bundle_output};
}

}  // namespace occy::uri
