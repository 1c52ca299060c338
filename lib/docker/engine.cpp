#include "docker/engine.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "docker/error_message.hpp"

namespace occy::docker {
namespace {

/// The newest API that this was written against, and the oldest that has what is needed.
constexpr unsigned kNewestMinor = 51;
constexpr unsigned kOldestMinor = 24;

/// `?manifests=1` of an inspect.
constexpr unsigned kManifestsMinor = 48;

constexpr unsigned kOk = 200;
constexpr unsigned kNotFound = 404;

std::string read_error(http::Exchange& exchange, const Limits& limits) {
  const unsigned status = exchange.response().status;
  std::string message = error_message(exchange.read_what_comes(limits.error_body_bytes), limits);
  return message.empty() ? "status " + std::to_string(status) : message;
}

/// "1.51" → 51.
std::optional<unsigned> minor_of(std::string_view version) {
  if (!version.starts_with("1.")) return std::nullopt;
  version.remove_prefix(2);
  unsigned minor = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), minor);
  if (error != std::errc{} || end != version.data() + version.size()) return std::nullopt;
  return minor;
}

EngineVersion::Kind kind_of(const http::Response& response) {
  const bool is_podman =
      !response.field("Libpod-Api-Version").empty() || response.field("Server").starts_with("Libpod/");
  return is_podman ? EngineVersion::Kind::podman : EngineVersion::Kind::docker;
}

/// The body of an export. The first byte may be minutes away: classic stores build the whole archive before.
class ExportSource final : public BlockSource {
 public:
  explicit ExportSource(std::unique_ptr<http::Exchange> exchange) : exchange_(std::move(exchange)) {}

  Block next() override { return exchange_->read(std::exchange(patience_, http::Patience::idle)); }

 private:
  std::unique_ptr<http::Exchange> exchange_;
  http::Patience patience_ = http::Patience::endless;
};

}  // namespace

Engine::Engine(EngineOptions options, Side side) : options_(std::move(options)), side_(side) {}

http::Endpoint Engine::endpoint() const { return {options_.socket, options_.timeouts, options_.stop, side_}; }

const EngineVersion& Engine::version() {
  if (version_) return *version_;
  http::Exchange exchange{endpoint()};
  exchange.send({"GET", "/_ping"});
  const http::Response& response = exchange.response();
  const std::optional<unsigned> minor = minor_of(response.field("Api-Version"));
  if (response.status != kOk || !minor)
    throw Error{Errc::refused,
                side_,
                {options_.socket.string(), "not a Docker or Podman engine", "status 200 with Api-Version 1.x",
                 "status " + std::to_string(response.status) + " with Api-Version \"" +
                     one_line(response.field("Api-Version")) + "\""}};
  if (*minor < kOldestMinor)
    throw Error{Errc::refused,
                side_,
                {options_.socket.string(), "the engine is too old",
                 "API 1." + std::to_string(kOldestMinor) + " or newer", "API 1." + std::to_string(*minor)}};
  version_ = EngineVersion{std::min(*minor, kNewestMinor), kind_of(response), one_line(response.field("Server"))};
  return *version_;
}

std::string Engine::versioned(const std::string& target) {
  return "/v1." + std::to_string(version().api_minor) + target;
}

std::unique_ptr<http::Exchange> Engine::get(const std::string& target) {
  const http::Request request{"GET", versioned(target)};
  auto exchange = std::make_unique<http::Exchange>(endpoint());
  exchange->send(request);
  return exchange;
}

InspectAnswer Engine::inspect(const std::string& name, InspectDetail detail) {
  const bool asks_manifests = detail == InspectDetail::manifests && version().api_minor >= kManifestsMinor;
  const auto exchange = get("/images/" + http::encode_path(name) + "/json" + (asks_manifests ? "?manifests=1" : ""));
  const unsigned status = exchange->response().status;
  if (status != kOk) return {std::nullopt, status, read_error(*exchange, options_.limits)};

  result<ImageInspect> image = parse_image_inspect(exchange->read_all(options_.limits.document_bytes), options_.limits);
  if (image.has_error()) throw Error{Errc::bad_document, side_, {name, image.error().message}};
  return {std::move(*image), status, {}};
}

std::unique_ptr<BlockSource> Engine::export_image(const std::string& name) {
  auto exchange = get("/images/" + http::encode_path(name) + "/get");
  const unsigned status = exchange->response(http::Patience::endless).status;
  if (status == kOk) return std::make_unique<ExportSource>(std::move(exchange));
  const Errc code = status == kNotFound ? Errc::not_found : Errc::refused;
  throw Error{code, side_, {name, "the engine does not export the image", {}, read_error(*exchange, options_.limits)}};
}

std::unique_ptr<http::Exchange> Engine::begin_load() {
  const http::Request request{"POST", versioned("/images/load?quiet=1"), {{"Content-Type", "application/x-tar"}}};
  auto exchange = std::make_unique<http::Exchange>(endpoint());
  exchange->begin(request);
  return exchange;
}

}  // namespace occy::docker
