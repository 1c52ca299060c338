#include "uri/unpack_keys.hpp"

namespace occy::uri {
namespace {

UnpackOptions::Owners owners(const Request& request) {
  const std::string* value = request.value("owners");
  if (value == nullptr) return UnpackOptions::Owners::by_privilege;
  if (*value == "image") return UnpackOptions::Owners::image;
  if (*value == "recorded") return UnpackOptions::Owners::recorded;
  refuse(request.text, "option 'owners'", "image or recorded", *value);
}

}  // namespace

UnpackOptions unpack_options(const Request& request) {
  return {.owners = owners(request),
          .proof = request.options.verify.value_or(VerifyLevel::standard),
          .spool_directory = request.options.temp_directory,
          .limits = request.options.engine.limits};
}

}  // namespace occy::uri
