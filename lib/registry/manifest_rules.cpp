#include "registry/manifest_rules.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "registry/error_body.hpp"
#include "tar/archive_fault.hpp"
#include "tar/oci_writing.hpp"

namespace occy::registry {
namespace {

constexpr std::array<std::string_view, 2> kImageTypes = {tar::kOciManifestType,
                                                         "application/vnd.docker.distribution.manifest.v2+json"};
constexpr std::array<std::string_view, 2> kIndexTypes = {tar::kOciIndexType,
                                                         "application/vnd.docker.distribution.manifest.list.v2+json"};
constexpr std::string_view kSchema1 = "application/vnd.docker.distribution.manifest.v1+";

template <class List>
bool contains(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

class Acceptance {
 public:
  Acceptance(GivenManifest given, Side side, const Limits& limits)
      : given_(std::move(given)), side_(side), limits_(limits) {}

  ImageManifest run(const std::optional<Digest>& asked) {
    const std::string declared = media_type_of(given_.content_type);
    if (declared == "text/html" || is_html(given_.bytes))
      refuse(Errc::refused, "this is no registry's answer", "a manifest", "an HTML page");
    if (declared.starts_with(kSchema1)) refuse_schema_1();
    const Digest actual = sha256(given_.bytes);
    if (asked) expect_digest("the manifest is not what its digest promises", asked->str(), actual);
    expect_told_digest(actual);
    const auto document = tar::parse_oci_document(given_.bytes, limits_);
    if (!document) refuse_document(document.error());
    std::string media_type = choose_type(declared, *document);
    return {.media_type = std::move(media_type), .bytes = std::move(given_.bytes), .digest = actual};
  }

 private:
  void expect_digest(const char* what, const std::string& expected, const Digest& actual) const {
    if (actual.str() != expected) refuse(Errc::digest_mismatch, what, expected, actual.str());
  }

  /// A registry may name it by another algorithm, which says nothing here.
  void expect_told_digest(const Digest& actual) const {
    const std::string& told = given_.digest_field;
    if (told.empty() || (!told.starts_with("sha256:") && told.find(':') != std::string::npos)) return;
    expect_digest("the manifest is not what Docker-Content-Digest says", told, actual);
  }

  std::string choose_type(const std::string& declared, const tar::OciDocument& document) const {
    const std::string own = media_type_of(document.media_type);
    const bool is_declared = is_manifest_type(declared);
    if (is_declared && !own.empty() && own != declared)
      refuse(Errc::bad_document, "the manifest has two media types", own, declared);
    std::string type = is_declared || own.empty() ? declared : own;
    if (!is_manifest_type(type)) return type_by_members(type, document);
    if (is_index_type(type) == document.config.has_value())
      refuse(Errc::bad_document, "the manifest is not of its media type", type,
             document.config ? "an image manifest" : "an image index");
    return type;
  }

  /// Plain web servers do not know media types.
  std::string type_by_members(const std::string& type, const tar::OciDocument& document) const {
    if (!type.empty() && type != "application/json" && type != "text/plain" && type != "application/octet-stream")
      refuse(Errc::unsupported, "unknown media type of a manifest", "one of OCI or of Docker's schema 2", type);
    return document.config ? tar::kOciManifestType : tar::kOciIndexType;
  }

  [[noreturn]] void refuse_document(const ParseError& error) const {
    if (given_.bytes.find("\"fsLayers\"") != std::string::npos) refuse_schema_1();
    refuse(Errc::bad_document, "the manifest cannot be read: " + tar::located(error));
  }

  [[noreturn]] void refuse_schema_1() const {
    throw Error(Errc::unsupported, side_,
                {.subject = given_.subject,
                 .what = "a manifest of schema 1, which names no config",
                 .hint = "pull it with Docker 26 or older, and push it again: then it has schema 2"});
  }

  [[noreturn]] void refuse(Errc code, std::string what, std::string expected = {},
                           const std::string& found = {}) const {
    throw Error(code, side_,
                {.subject = given_.subject,
                 .what = std::move(what),
                 .expected = std::move(expected),
                 .found = tar::shortened(found)});
  }

  GivenManifest given_;
  Side side_;
  const Limits& limits_;
};

}  // namespace

ImageManifest accept_manifest(GivenManifest given, const std::optional<Digest>& asked, Side side,
                              const Limits& limits) {
  return Acceptance(std::move(given), side, limits).run(asked);
}

std::string media_type_of(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  for (char& c : type)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return type;
}

bool is_manifest_type(std::string_view media_type) noexcept {
  return contains(kImageTypes, media_type) || is_index_type(media_type);
}

bool is_index_type(std::string_view media_type) noexcept { return contains(kIndexTypes, media_type); }

}  // namespace occy::registry
