#include <utility>

#include "occy/inputs/layout.hpp"
#include "occy/inputs/layout_blobs.hpp"
#include "occy/outputs/layout.hpp"
#include "occy/outputs/layout_blobs.hpp"
#include "uri/schemes.hpp"

namespace occy::uri {
namespace {

constexpr const char* kLayoutForm = "layout://PATH[:TAG]";

struct Place {
  std::filesystem::path path;
  std::string tag;
  std::optional<Digest> digest;
};

/// Both are looked for behind the last slash only: directories may have colons in their names.
Place place_of(const Request& request) {
  std::string text = path_of(request, kLayoutForm);
  Place place;
  const std::size_t slash = text.rfind('/');
  const std::size_t begin = slash == std::string::npos ? 0 : slash;
  if (const std::size_t at = text.find("@sha256:", begin); at != std::string::npos) {
    const auto digest = Digest::parse(std::string_view(text).substr(at + 1));
    if (!digest) refuse(request.text, "not a digest", "@sha256: and 64 hexadecimal digits", text.substr(at));
    place.digest = *digest;
    text.resize(at);
  } else if (const std::size_t colon = text.rfind(':'); colon != std::string::npos && colon >= begin) {
    place.tag = image_name(request, "x" + text.substr(colon)).tag;  // the rules of a tag are those of a name's
    text.resize(colon);
  }
  if (text.empty()) refuse(request.text, "no path", kLayoutForm);
  place.path = std::move(text);
  return place;
}

std::unique_ptr<ImageInput> make_layout_input(const Request& request) {
  Place place = place_of(request);
  LayoutInputOptions options{.tag = std::move(place.tag),
                             .digest = place.digest,
                             .platform = platform_of(request),
                             .limits = request.options.engine.limits};
  if (const std::string* image = request.value("image")) options.image = image_name(request, *image);
  return std::make_unique<LayoutInput>(std::move(place.path), std::move(options));
}

/// Where an image is written, which has no digest before.
Place destination_of(const Request& request) {
  Place place = place_of(request);
  if (place.digest) refuse(request.text, "an image cannot be written under a digest", kLayoutForm);
  return place;
}

LayoutWriterOptions writer_options(const Request& request, const Place& place) {
  return {.tag = place.tag,
          .verify_jobs = request.options.jobs,
          .limits = request.options.engine.limits,
          .stop = request.options.engine.stop};
}

std::unique_ptr<ImageOutput> make_layout_output(const Request& request) {
  const Place place = destination_of(request);
  return std::make_unique<LayoutWriter>(place.path, writer_options(request, place));
}

std::unique_ptr<BlobInput> make_layout_blob_input(const Request& request) {
  const Place place = place_of(request);
  for (const auto& [key, value] : request.uri.options)
    refuse(request.text, "a whole index has no option '" + key + "'", kLayoutForm);
  return std::make_unique<LayoutBlobInput>(
      place.path,
      LayoutBlobInputOptions{.tag = place.tag, .digest = place.digest, .limits = request.options.engine.limits});
}

std::unique_ptr<BlobOutput> make_layout_blob_output(const Request& request) {
  const Place place = destination_of(request);
  return std::make_unique<LayoutBlobOutput>(place.path, writer_options(request, place));
}

}  // namespace

Scheme layout_scheme() {
  return {.name = "layout",
          .input_keys = {"image", "os", "arch", "variant"},
          .output_keys = {},
          .make_input = make_layout_input,
          .make_output = make_layout_output,
          .make_blob_input = make_layout_blob_input,
          .make_blob_output = make_layout_blob_output};
}

}  // namespace occy::uri
