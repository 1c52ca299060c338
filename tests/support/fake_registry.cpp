#include "support/fake_registry.hpp"

#include <algorithm>
#include <utility>

namespace occy::test {
namespace {

HttpReply refusal(unsigned status, const std::string& code) {
  return {.status = status,
          .fields = {{"Content-Type", "application/json"}},
          .body = R"({"errors":[{"code":")" + code + R"(","message":"the fake registry says no"}]})"};
}

std::string upload_path(const std::string& name, const std::string& id) {
  return "/v2/" + name + "/blobs/uploads/" + id;
}

std::string percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 2 >= text.size()) {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
    i += 2;
  }
  return plain;
}

HttpRequest parse(const ServedRequest& served) {
  const auto method_end = served.line.find(' ');
  const auto target_end = served.line.find(' ', method_end + 1);
  const std::string target = served.line.substr(method_end + 1, target_end - method_end - 1);
  const auto question = target.find('?');
  return {.method = served.line.substr(0, method_end),
          .path = target.substr(0, question),
          .query = question == std::string::npos ? "" : target.substr(question + 1),
          .range = served.field("Range"),
          .content_type = served.field("Content-Type"),
          .body = served.body};
}

/// Where a path is cut: "library/debian", "blobs", "sha256:…".
struct Route {
  std::string name;
  std::string kind;
  std::string rest;
};

std::optional<Route> route_of(const std::string& path) {
  for (const std::string kind : {"/blobs/uploads/", "/blobs/", "/manifests/", "/tags/"})
    if (const auto at = path.find(kind); at != std::string::npos && path.starts_with("/v2/"))
      return Route{.name = path.substr(4, at - 4), .kind = kind, .rest = path.substr(at + kind.size())};
  return std::nullopt;
}

/// "bytes=5-" or "bytes=5-9".
HttpReply part_of(const std::string& bytes, const std::string& range) {
  const std::size_t first = std::stoull(range.substr(6));
  const auto dash = range.find('-');
  const std::size_t last = dash + 1 < range.size() ? std::stoull(range.substr(dash + 1)) : bytes.size() - 1;
  return {.status = 206,
          .fields = {{"Content-Range", "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" +
                                           std::to_string(bytes.size())}},
          .body = bytes.substr(first, last - first + 1)};
}

}  // namespace

std::string HttpRequest::parameter(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.substr(0, pair.find('=')) == name)
      return percent_decoded(pair.substr(std::min(pair.size(), name.size() + 1)));
  }
  return {};
}

FakeRegistry::FakeRegistry(Fault fault) : fault_(std::move(fault)) {
  server_.emplace([this](const ServedRequest& request) { return serve(request); });
  address_ = "127.0.0.1:" + std::to_string(server_->port());
}

Reply FakeRegistry::serve(const ServedRequest& request) {
  const HttpRequest asked = parse(request);
  const HttpReply reply = answer(asked);
  std::string fields;
  for (const auto& [name, value] : reply.fields) fields.append(name).append(": ").append(value).append("\r\n");
  std::string bytes = make_answer(reply.status, reply.body, fields);
  const std::size_t head = bytes.size() - reply.body.size();
  if (asked.method == "HEAD") return {.bytes = bytes.substr(0, head)};
  if (reply.cut_after >= reply.body.size()) return {.bytes = std::move(bytes)};
  return {.bytes = bytes.substr(0, head + reply.cut_after), .then = Reply::Then::cut};
}

RegistryPlace FakeRegistry::place(const std::string& name) const {
  return {.image = Reference::parse(address() + "/" + name).value(), .transport = RegistryTransport::plain};
}

std::vector<std::string> FakeRegistry::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

std::size_t FakeRegistry::count(const std::string& prefix) const {
  const auto all = requests();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const std::string& line) { return line.starts_with(prefix); }));
}

void FakeRegistry::forget_requests() {
  const std::scoped_lock lock(mutex_);
  requests_.clear();
}

std::optional<FakeRegistry::Manifest> FakeRegistry::manifest(const std::string& repository,
                                                             const std::string& reference) const {
  const std::scoped_lock lock(mutex_);
  const auto found = repositories_.find(repository);
  if (found == repositories_.end() || !found->second.manifests.contains(reference)) return std::nullopt;
  return found->second.manifests.at(reference);
}

std::optional<std::string> FakeRegistry::blob(const std::string& repository, const Digest& digest) const {
  const std::scoped_lock lock(mutex_);
  const auto found = repositories_.find(repository);
  if (found == repositories_.end() || !found->second.blobs.contains(digest.str())) return std::nullopt;
  return found->second.blobs.at(digest.str());
}

std::size_t FakeRegistry::open_uploads() const {
  const std::scoped_lock lock(mutex_);
  return uploads_.size();
}

Digest FakeRegistry::put_blob(const std::string& repository, const std::string& bytes) {
  replace_blob(repository, sha256(bytes), bytes);
  return sha256(bytes);
}

void FakeRegistry::replace_blob(const std::string& repository, const Digest& digest, const std::string& bytes) {
  const std::scoped_lock lock(mutex_);
  repositories_[repository].blobs[digest.str()] = bytes;
}

void FakeRegistry::remove_blob(const std::string& repository, const Digest& digest) {
  const std::scoped_lock lock(mutex_);
  repositories_[repository].blobs.erase(digest.str());
}

Digest FakeRegistry::put_manifest(const std::string& repository, const std::string& tag, const Manifest& manifest) {
  replace_manifest(repository, tag, manifest);
  replace_manifest(repository, sha256(manifest.bytes).str(), manifest);
  return sha256(manifest.bytes);
}

void FakeRegistry::remove_manifest(const std::string& repository, const std::string& reference) {
  const std::scoped_lock lock(mutex_);
  repositories_[repository].manifests.erase(reference);
}

void FakeRegistry::replace_manifest(const std::string& repository, const std::string& reference,
                                    const Manifest& manifest) {
  const std::scoped_lock lock(mutex_);
  repositories_[repository].manifests[reference] = manifest;
}

HttpReply FakeRegistry::answer(const HttpRequest& request) {
  if (fault_)
    if (auto reply = fault_(request)) {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(request.method + " " + request.path);
      return *std::move(reply);
    }
  const std::scoped_lock lock(mutex_);
  requests_.push_back(request.method + " " + request.path);
  if (request.path == "/v2/") return {.fields = {{"Docker-Distribution-Api-Version", "registry/2.0"}}, .body = "{}"};
  const auto route = route_of(request.path);
  if (!route) return refusal(404, "NAME_UNKNOWN");
  if (route->kind == "/blobs/uploads/") return answer_about_upload(route->name, request, route->rest);
  Repository& repository = repositories_[route->name];
  if (route->kind == "/blobs/") return answer_about_blob(repository, request, route->rest);
  if (route->kind == "/manifests/") return answer_about_manifest(repository, request, route->rest);
  std::string tags;
  for (const auto& [reference, manifest] : repository.manifests)
    if (!reference.starts_with("sha256:")) tags.append(tags.empty() ? "\"" : ",\"").append(reference).append("\"");
  return {.fields = {{"Content-Type", "application/json"}},
          .body = R"({"name":")" + route->name + R"(","tags":[)" + tags + "]}"};
}

HttpReply FakeRegistry::answer_about_blob(Repository& repository, const HttpRequest& request,
                                          const std::string& digest) {
  const auto found = repository.blobs.find(digest);
  if (found == repository.blobs.end()) return refusal(404, "BLOB_UNKNOWN");
  HttpReply reply = request.range.empty() ? HttpReply{.body = found->second} : part_of(found->second, request.range);
  reply.fields.emplace_back("Docker-Content-Digest", digest);
  reply.fields.emplace_back("Content-Type", "application/octet-stream");
  return reply;
}

HttpReply FakeRegistry::answer_about_upload(const std::string& name, const HttpRequest& request,
                                            const std::string& id) {
  if (request.method == "POST") return begin_upload(name, request);
  const auto upload = uploads_.find(id);
  if (upload == uploads_.end()) return refusal(404, "BLOB_UPLOAD_UNKNOWN");
  if (request.method == "DELETE") {
    uploads_.erase(upload);
    return {.status = 204};
  }
  upload->second += request.body;
  if (request.method == "PUT") return finish_upload(name, id, request.parameter("digest"));
  const std::size_t size = upload->second.size();
  return {.status = request.method == "PATCH" ? 202U : 204U,
          .fields = {{"Location", upload_path(name, id)}, {"Range", "0-" + std::to_string(size == 0 ? 0 : size - 1)}}};
}

HttpReply FakeRegistry::begin_upload(const std::string& name, const HttpRequest& request) {
  const std::string mount = request.parameter("mount");
  const auto& from = repositories_[request.parameter("from")].blobs;
  if (const auto found = from.find(mount); found != from.end()) {
    repositories_[name].blobs[mount] = found->second;
    return {.status = 201, .fields = {{"Location", "/v2/" + name + "/blobs/" + mount}}};
  }
  const std::string id = "upload-" + std::to_string(next_upload_++);
  uploads_[id] = request.body;
  if (const std::string digest = request.parameter("digest"); !digest.empty()) return finish_upload(name, id, digest);
  return {.status = 202, .fields = {{"Location", upload_path(name, id)}, {"Range", "0-0"}}};
}

HttpReply FakeRegistry::finish_upload(const std::string& name, const std::string& id, const std::string& digest) {
  const std::string bytes = std::move(uploads_[id]);
  uploads_.erase(id);
  if (sha256(bytes).str() != digest) return refusal(400, "DIGEST_INVALID");
  repositories_[name].blobs[digest] = bytes;
  return {.status = 201,
          .fields = {{"Location", "/v2/" + name + "/blobs/" + digest}, {"Docker-Content-Digest", digest}}};
}

HttpReply FakeRegistry::answer_about_manifest(Repository& repository, const HttpRequest& request,
                                              const std::string& reference) {
  if (request.method == "PUT") {
    const std::string digest = sha256(request.body).str();
    if (reference.starts_with("sha256:") && reference != digest) return refusal(400, "DIGEST_INVALID");
    // Every digest in a manifest is that of a blob of the repository.
    for (auto at = request.body.find("sha256:"); at != std::string::npos; at = request.body.find("sha256:", at + 1))
      if (const auto named = request.body.substr(at, 71);
          !repository.blobs.contains(named) && !repository.manifests.contains(named))
        return refusal(400, "MANIFEST_BLOB_UNKNOWN");
    const Manifest manifest{request.content_type, request.body};
    repository.manifests[reference] = repository.manifests[digest] = manifest;
    return {.status = 201, .fields = {{"Docker-Content-Digest", digest}}};
  }
  const auto found = repository.manifests.find(reference);
  if (found == repository.manifests.end()) return refusal(404, "MANIFEST_UNKNOWN");
  if (request.method == "DELETE") {
    repository.manifests.erase(found);
    return {.status = 202};
  }
  return {.fields = {{"Content-Type", found->second.media_type},
                     {"Docker-Content-Digest", sha256(found->second.bytes).str()}},
          .body = found->second.bytes};
}

}  // namespace occy::test
