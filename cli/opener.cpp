#include "opener.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "credentials.hpp"
#include "engine_socket.hpp"
#include "environment.hpp"
#include "streams.hpp"

namespace occy::cli {
namespace {

constexpr std::string_view kRegistryScheme = "registry://";
constexpr unsigned kNetworkJobs = 4;

// As the library names it: "docker.io" for a name without a domain. Empty: no name, as will be said when it is opened.
std::string registry_of(const std::string& uri) {
  try {
    const auto full = Reference::parse(parse_registry_place(uri).image.canonical());
    return full ? full->domain : std::string();
  } catch (const Error&) {
    return {};
  }
}

std::set<std::string> registries_of(const std::vector<std::string>& uris) {
  std::set<std::string> registries;
  for (const std::string& uri : uris)
    if (is_in_registry(uri)) registries.insert(registry_of(uri));
  registries.erase("");
  return registries;
}

void require_one_reader(const RegistrySettings& settings, const std::vector<std::string>& uris) {
  if (settings.password_from == RegistrySettings::PasswordFrom::option) return;
  if (std::none_of(uris.begin(), uris.end(), [](const std::string& uri) { return uri.starts_with("tar://-"); })) return;
  throw Error(Errc::unsupported, Side::usage,
              {.subject = "--password-stdin", .what = "standard input is the archive already"});
}

TlsFiles tls_files(const RegistrySettings& settings) {
  TlsFiles files = settings.tls;
  if (files.authorities.empty()) files.authorities = variable("SSL_CERT_FILE");
  return files;
}

}  // namespace

bool is_in_registry(const std::string& uri) { return uri.starts_with(kRegistryScheme); }

std::string with_registry_scheme(const std::string& text) {
  return text.find("://") == std::string::npos ? std::string(kRegistryScheme) + text : text;
}

Opener::Opener(const Settings& settings, const std::vector<std::string>& uris, std::stop_token stop)
    : settings_(settings), stop_(std::move(stop)) {
  if (std::any_of(uris.begin(), uris.end(), is_in_registry)) connect(uris);
}

void Opener::connect(const std::vector<std::string>& uris) {
  const RegistrySettings& registry = settings_.registry;
  require_one_reader(registry, uris);
  credentials_ = make_credentials(registry, registries_of(uris));
  session_.emplace(RegistryOptions{.transport = registry.transport,
                                   .tls = tls_files(registry),
                                   .proxies = proxies_of_environment(),
                                   .credentials = credentials_.get(),
                                   .retry = {.retries = registry.retries},
                                   .requests_per_second = registry.requests_per_second,
                                   .stop = stop_});
}

OpenOptions Opener::options_for(const std::string& uri, Side side) {
  OpenOptions options{.platform = settings_.platform(),
                      .blob_cache = settings_.registry.blob_cache,
                      .compression = settings_.registry.compression,
                      .layer_cache = settings_.registry.layer_cache,
                      .temp_directory = settings_.temp_directory,
                      .jobs = settings_.parallel};
  options.engine.stop = stop_;
  const auto engine_side = side_without_socket(uri, side);
  const std::scoped_lock lock(mutex_);
  if (!session_ && is_in_registry(uri)) connect({uri});
  options.registry = session_;
  if (engine_side && !socket_) {
    socket_ = find_engine_socket(*engine_side);
    if (settings_.voice == Settings::Voice::verbose) say("engine: " + socket_->string() + "\n");
  }
  if (engine_side) options.engine.socket = *socket_;
  return options;
}

std::unique_ptr<ImageInput> Opener::input(const std::string& uri) {
  return open_input(uri, options_for(uri, Side::input));
}

std::unique_ptr<ImageOutput> Opener::output(const std::string& uri, std::optional<VerifyLevel> verify) {
  OpenOptions options = options_for(uri, Side::output);
  options.verify = verify;
  return open_output(uri, options);
}

std::unique_ptr<BlobInput> Opener::blob_input(const std::string& uri) {
  return open_blob_input(uri, options_for(uri, Side::input));
}

std::unique_ptr<BlobOutput> Opener::blob_output(const std::string& uri) {
  return open_blob_output(uri, options_for(uri, Side::output));
}

const RegistrySession& Opener::session() {
  const std::scoped_lock lock(mutex_);
  if (!session_) connect({});
  return *session_;
}

unsigned Opener::jobs() const noexcept {
  const std::scoped_lock lock(mutex_);
  return settings_.parallel == 0 && session_ ? kNetworkJobs : settings_.parallel;
}

RegistryTraffic Opener::traffic() const {
  const std::scoped_lock lock(mutex_);
  return session_ ? session_->traffic() : RegistryTraffic{};
}

}  // namespace occy::cli
