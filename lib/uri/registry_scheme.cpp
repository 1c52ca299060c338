#include <utility>

#include "occy/inputs/registry.hpp"
#include "occy/inputs/registry_blobs.hpp"
#include "occy/outputs/registry.hpp"
#include "occy/outputs/registry_blobs.hpp"
#include "uri/percent.hpp"
#include "uri/schemes.hpp"

namespace occy::uri {
namespace {

constexpr const char* kRegistryForm = "registry://[USER:PASSWORD@]HOST/NAME[:TAG][@DIGEST]";

/// Where the login ends: at an "@" before the first slash, behind which no digest stands.
std::size_t end_of_login(std::string_view rest) {
  const std::size_t at = rest.substr(0, rest.find('/')).rfind('@');
  const bool is_digest = at != std::string_view::npos && rest.substr(at).starts_with("@sha256:");
  return is_digest ? std::string_view::npos : at;
}

/// The last "@" that begins no digest: what stands before it may be a login, also one that is not written as it should.
std::size_t last_stray_at(std::string_view text) {
  for (std::size_t at = text.rfind('@'); at != std::string_view::npos; at = text.substr(0, at).rfind('@'))
    if (!text.substr(at).starts_with("@sha256:")) return at;
  return std::string_view::npos;
}

std::string decoded(const Request& request, std::string_view text) {
  auto plain = percent_decoded(text, 0);
  if (!plain) refuse(request.text, "the login: " + plain.error().message);
  return std::move(*plain);
}

std::optional<Login> login_of(const Request& request) {
  const std::string& rest = request.uri.rest;
  const std::size_t end = end_of_login(rest);
  if (end == std::string::npos) return std::nullopt;
  const std::string_view login = std::string_view(rest).substr(0, end);
  const std::size_t colon = login.find(':');
  if (colon == std::string_view::npos || colon == 0) refuse(request.text, "a login without a password", kRegistryForm);
  return Login{.username = decoded(request, login.substr(0, colon)),
               .password = decoded(request, login.substr(colon + 1)),
               .origin = "the URI"};
}

std::optional<RegistryTransport> transport_of(const Request& request) {
  const std::string* verify = request.value("tls_verify");
  if (is_set(request, "insecure")) return RegistryTransport::plain;
  if (verify == nullptr) return std::nullopt;
  return is_set(request, "tls_verify") ? RegistryTransport::tls : RegistryTransport::tls_unverified;
}

std::unique_ptr<ImageInput> make_registry_input(const Request& request) {
  using ForeignLayers = RegistryInputOptions::ForeignLayers;
  return std::make_unique<RegistryInput>(
      registry_place(request), registry_session(request),
      RegistryInputOptions{
          .platform = platform_of(request),
          .blob_cache = request.options.blob_cache,
          .foreign_layers = choice_of<ForeignLayers>(
              request, "foreign-layers", {{"refuse", ForeignLayers::refuse}, {"follow", ForeignLayers::follow}},
              ForeignLayers::refuse)});
}

RegistryWriterOptions writer_options(const Request& request) {
  using Format = RegistryWriterOptions::Format;
  using Digests = RegistryWriterOptions::Digests;
  return {.compression = choice_of<Compression>(
              request, "compression",
              {{"gzip", Compression::gzip}, {"zstd", Compression::zstd}, {"none", Compression::none}},
              request.options.compression),
          .format = choice_of<Format>(request, "format", {{"oci", Format::oci}, {"docker", Format::docker}},
                                      Format::of_source),
          .digests = choice_of<Digests>(request, "preserve-digests", {{"require", Digests::require}},
                                        Digests::keep_where_possible),
          .layer_cache = request.options.layer_cache,
          .jobs = request.options.jobs};
}

std::unique_ptr<ImageOutput> make_registry_output(const Request& request) {
  return std::make_unique<RegistryWriter>(registry_place(request), registry_session(request), writer_options(request));
}

/// A whole index is copied as it is, so that there is nothing to choose.
void require_no_choice(const Request& request) {
  for (const auto& [key, value] : request.uri.options)
    if (key != "insecure" && key != "tls_verify" && key != "preserve-digests")
      refuse(request.text, "a whole index has no option '" + key + "'", "insecure, tls_verify");
}

std::unique_ptr<BlobInput> make_registry_blob_input(const Request& request) {
  require_no_choice(request);
  return std::make_unique<RegistryBlobInput>(registry_place(request), registry_session(request),
                                             RegistryBlobInputOptions{.blob_cache = request.options.blob_cache});
}

std::unique_ptr<BlobOutput> make_registry_blob_output(const Request& request) {
  require_no_choice(request);
  return std::make_unique<RegistryBlobOutput>(registry_place(request), registry_session(request),
                                              RegistryBlobOutputOptions{.verify_jobs = request.options.jobs});
}

}  // namespace

std::string without_login(std::string_view uri) {
  constexpr std::string_view kScheme = "registry://";
  const std::size_t scheme = uri.find(kScheme);
  if (scheme == std::string_view::npos) return std::string(uri);
  const std::size_t begin = scheme + kScheme.size();
  const std::size_t at = last_stray_at(uri.substr(begin));
  if (at == std::string_view::npos) return std::string(uri);
  return std::string(uri.substr(0, begin)) + std::string(uri.substr(begin + at + 1));
}

RegistryPlace registry_place(const Request& request) {
  const std::string& rest = request.uri.rest;
  const std::size_t end = end_of_login(rest);
  const std::string name = end == std::string::npos ? rest : rest.substr(end + 1);
  if (last_stray_at(name) != std::string_view::npos)
    refuse(request.text, "a login whose slashes and '@' are not percent-encoded", kRegistryForm);
  return {.image = image_name(request, name), .transport = transport_of(request), .login = login_of(request)};
}

RegistrySession registry_session(const Request& request) {
  if (request.options.registry) return *request.options.registry;
  return RegistrySession({.limits = request.options.engine.limits, .stop = request.options.engine.stop});
}

Scheme registry_scheme() {
  return {.name = "registry",
          .input_keys = {"insecure", "tls_verify", "os", "arch", "variant", "foreign-layers"},
          .output_keys = {"insecure", "tls_verify", "compression", "format", "preserve-digests"},
          .make_input = make_registry_input,
          .make_output = make_registry_output,
          .make_blob_input = make_registry_blob_input,
          .make_blob_output = make_registry_blob_output};
}

}  // namespace occy::uri
