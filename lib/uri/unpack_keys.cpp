#include "uri/unpack_keys.hpp"

namespace occy::uri {
namespace {

UnpackOptions::Owners owners(const Request& request) {
  using Owners = UnpackOptions::Owners;
  return choice_of<Owners>(request, "owners", {{"image", Owners::image}, {"recorded", Owners::recorded}},
                           Owners::by_privilege);
}

}  // namespace

UnpackOptions unpack_options(const Request& request) {
  return {.owners = owners(request),
          .proof = request.options.verify.value_or(VerifyLevel::standard),
          .spool_directory = request.options.temp_directory,
          .limits = request.options.engine.limits,
          .stop = request.options.engine.stop};
}

}  // namespace occy::uri
