#include "support/fake_registry.hpp"

#include <algorithm>
#include <atomic>
#include <memory>

#include "support/packed.hpp"

namespace occy::test {
namespace {

constexpr const char* kOwn = "occy/test";

std::string word(const std::string& line, std::size_t number) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < number; ++i) begin = line.find(' ', begin) + 1;
  return line.substr(begin, line.find(' ', begin) - begin);
}

/// As the few characters that occur here are encoded.
std::string decoded(std::string text) {
  for (auto at = text.find("%3A"); at != std::string::npos; at = text.find("%3A")) text.replace(at, 3, ":");
  for (auto at = text.find("%2F"); at != std::string::npos; at = text.find("%2F")) text.replace(at, 3, "/");
  return text;
}

/// The value of a key of a URL's query; empty when it has none.
std::string query(const std::string& target, const std::string& key) {
  const auto question = target.find('?');
  if (question == std::string::npos) return {};
  const std::string text = "&" + target.substr(question + 1);
  const auto found = text.find("&" + key + "=");
  if (found == std::string::npos) return {};
  const auto begin = found + key.size() + 2;
  return decoded(text.substr(begin, text.find('&', begin) - begin));
}

ServedReply error(unsigned status, const std::string& code) {
  return {.bytes = make_answer(status, R"({"errors":[{"code":")" + code + R"(","message":"no )" + code + "\"}]}",
                               "Content-Type: application/json\r\n")};
}

/// HEAD has the fields of GET.
ServedReply answer(const std::string& method, unsigned status, const std::string& body, const std::string& fields) {
  std::string bytes = make_answer(status, body, fields);
  if (method == "HEAD") bytes.resize(bytes.size() - body.size());
  return {.bytes = bytes};
}

std::string range_of(const std::string& upload) {
  return "Range: 0-" + std::to_string(upload.empty() ? 0 : upload.size() - 1) + "\r\n";
}

std::string upload_id(const std::string& target) {
  const std::string path = target.substr(0, target.find('?'));
  return path.substr(path.rfind('/') + 1);
}

std::string layer_type(Compression compression) {
  const std::string type = "application/vnd.oci.image.layer.v1.tar";
  return compression == Compression::none ? type : type + "+" + std::string(to_string(compression));
}

std::string descriptor(const std::string& media_type, const std::string& bytes) {
  return R"({"mediaType":")" + media_type + R"(","digest":")" + sha256(bytes).str() + R"(","size":)" +
         std::to_string(bytes.size()) + "}";
}

template <class Map>
std::optional<typename Map::mapped_type> value_in(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

struct FakeRegistry::Asked {
  const ServedRequest& request;
  std::string method;
  std::string target;
  std::string name;  ///< "library/debian"
  std::string rest;  ///< after "/manifests/" or its like, without the query

  /// Which of these the path has.
  enum class About { nothing, manifest, upload, blob, tags } about = About::nothing;

  explicit Asked(const ServedRequest& served)
      : request(served), method(word(served.line, 0)), target(word(served.line, 1)) {
    static const std::vector<std::pair<std::string, About>> kParts = {{"/manifests/", About::manifest},
                                                                      {"/blobs/uploads/", About::upload},
                                                                      {"/blobs/", About::blob},
                                                                      {"/tags/list", About::tags}};
    const std::string path = target.substr(0, target.find('?'));
    for (const auto& [part, what] : kParts)
      if (const auto at = path.find(part); about == About::nothing && path.starts_with("/v2/") && at < path.size()) {
        name = path.substr(4, at - 4);
        rest = path.substr(at + part.size());
        about = what;
      }
  }
};

FakeRegistry::FakeRegistry(Fault fault, FakeServer::Reading reading) : fault_(std::move(fault)) {
  const auto answer = [this](const ServedRequest& request) {
    if (fault_)
      if (auto reply = fault_(request)) return *reply;
    return serve(request);
  };
  server_.emplace(answer, ServerTls{}, FakeServer::Family::ipv4, std::move(reading));
  address_ = "127.0.0.1:" + std::to_string(server_->port());
}

RegistryPlace FakeRegistry::place(const std::string& name) const {
  return {.image = Reference::parse(address() + "/" + name).value(), .transport = RegistryTransport::plain};
}

RegistryPlace FakeRegistry::image(const std::string& reference) const {
  return place(kOwn + std::string(reference.starts_with("sha256:") ? "@" : ":") + reference);
}

RegistryOptions FakeRegistry::options() {
  RegistryOptions options;
  options.retry.first_wait = std::chrono::milliseconds(1);
  options.retry.longest_wait = std::chrono::milliseconds(2);
  options.retry.longest_retry_after = std::chrono::milliseconds(5);
  return options;
}

std::vector<ServedRequest> FakeRegistry::requests() {
  std::vector<ServedRequest> all = server_.value().requests();
  const std::scoped_lock lock(mutex_);
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(forgotten_));
  return all;
}

std::size_t FakeRegistry::count(std::string_view beginning) {
  const auto all = requests();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const auto& request) { return request.line.starts_with(beginning); }));
}

void FakeRegistry::forget_requests() {
  const std::size_t all = server_.value().requests().size();
  const std::scoped_lock lock(mutex_);
  forgotten_ = all;
}

std::optional<FakeRegistry::Manifest> FakeRegistry::manifest(const std::string& repository,
                                                             const std::string& reference) const {
  const std::scoped_lock lock(mutex_);
  const auto found = value_in(repositories_, repository);
  return found ? value_in(found->manifests, reference) : std::nullopt;
}

std::optional<std::string> FakeRegistry::blob(const std::string& repository, const Digest& digest) const {
  const std::scoped_lock lock(mutex_);
  const auto found = value_in(repositories_, repository);
  return found ? value_in(found->blobs, digest.str()) : std::nullopt;
}

std::optional<std::string> FakeRegistry::blob(const Digest& digest) const { return blob(kOwn, digest); }

std::size_t FakeRegistry::open_uploads() const {
  const std::scoped_lock lock(mutex_);
  return uploads_.size();
}

Digest FakeRegistry::put_blob(const std::string& bytes) {
  const Digest digest = sha256(bytes);
  replace_blob(kOwn, digest, bytes);
  return digest;
}

Digest FakeRegistry::put_manifest(const std::string& reference, const std::string& media_type,
                                  const std::string& bytes) {
  const Digest digest = sha256(bytes);
  replace_manifest(kOwn, reference, {media_type, bytes});
  replace_manifest(kOwn, digest.str(), {media_type, bytes});
  return digest;
}

Digest FakeRegistry::put_image(const std::string& tag, const SavedImage& image, Compression compression) {
  std::string layers;
  for (const std::string& layer : image.layers) {
    const std::string bytes = pack(layer, compression);
    put_blob(bytes);
    layers += (layers.empty() ? "" : ",") + descriptor(layer_type(compression), bytes);
  }
  put_blob(image.config());
  return put_manifest(tag, "application/vnd.oci.image.manifest.v1+json",
                      R"({"schemaVersion":2,"config":)" +
                          descriptor("application/vnd.oci.image.config.v1+json", image.config()) + R"(,"layers":[)" +
                          layers + "]}");
}

void FakeRegistry::take_part(const ServedRequest& request, std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  uploads_.at(upload_id(word(request.line, 1))) += request.body.substr(0, bytes);
}

void FakeRegistry::replace_blob(const std::string& repository, const Digest& digest, const std::string& bytes) {
  const std::scoped_lock lock(mutex_);
  repositories_[repository].blobs[digest.str()] = bytes;
}

void FakeRegistry::remove_blob(const std::string& repository, const Digest& digest) {
  const std::scoped_lock lock(mutex_);
  repositories_[repository].blobs.erase(digest.str());
}

void FakeRegistry::replace_manifest(const std::string& repository, const std::string& reference,
                                    const Manifest& manifest) {
  const std::scoped_lock lock(mutex_);
  repositories_[repository].manifests[reference] = manifest;
}

void FakeRegistry::remove_manifest(const std::string& repository, const std::string& reference) {
  const std::scoped_lock lock(mutex_);
  repositories_[repository].manifests.erase(reference);
}

ServedReply FakeRegistry::serve(const ServedRequest& request) {
  using About = Asked::About;
  const Asked asked(request);
  if (asked.about == About::nothing) return {.bytes = make_answer(404, "page not found")};
  const std::scoped_lock lock(mutex_);
  Repository& repository = repositories_[asked.name];
  if (asked.about == About::manifest) return serve_manifest(repository, asked);
  if (asked.about == About::upload) return serve_upload(repository, asked);
  return asked.about == About::blob ? serve_blob(repository, asked) : serve_tags(repository, asked);
}

ServedReply FakeRegistry::serve_manifest(Repository& repository, const Asked& asked) {
  if (asked.method == "PUT") return put_manifest(repository, asked);
  const auto found = repository.manifests.find(asked.rest);
  if (found == repository.manifests.end()) return error(404, "MANIFEST_UNKNOWN");
  if (asked.method == "DELETE") return repository.manifests.erase(found), ServedReply{.bytes = make_answer(202)};
  const auto& [media_type, bytes] = found->second;
  return answer(asked.method, 200, bytes,
                "Content-Type: " + media_type + "\r\nDocker-Content-Digest: " + sha256(bytes).str() + "\r\n");
}

ServedReply FakeRegistry::put_manifest(Repository& repository, const Asked& asked) {
  const std::string& bytes = asked.request.body;
  const std::string digest = sha256(bytes).str();
  if (asked.rest.starts_with("sha256:") && asked.rest != digest) return error(400, "DIGEST_INVALID");
  // Every digest in a manifest is that of a blob, or of a manifest, of the repository.
  for (auto at = bytes.find("sha256:"); at != std::string::npos; at = bytes.find("sha256:", at + 1))
    if (const auto named = bytes.substr(at, digest.size());
        !repository.blobs.contains(named) && !repository.manifests.contains(named))
      return error(400, "MANIFEST_BLOB_UNKNOWN");
  repository.manifests[asked.rest] = repository.manifests[digest] = {asked.request.field("Content-Type"), bytes};
  return {.bytes = make_answer(201, {}, "Docker-Content-Digest: " + digest + "\r\n")};
}

ServedReply FakeRegistry::serve_blob(const Repository& repository, const Asked& asked) const {
  const auto found = repository.blobs.find(asked.rest);
  if (found == repository.blobs.end()) return error(404, "BLOB_UNKNOWN");
  const std::string& bytes = found->second;
  const std::string range = asked.request.field("Range");
  if (range.empty()) return answer(asked.method, 200, bytes, "Content-Type: application/octet-stream\r\n");
  const std::size_t first = std::stoul(range.substr(6));
  return answer(asked.method, 206, bytes.substr(first),
                "Content-Range: bytes " + std::to_string(first) + "-" + std::to_string(bytes.size() - 1) + "/" +
                    std::to_string(bytes.size()) + "\r\n");
}

ServedReply FakeRegistry::begin_upload(Repository& repository, const Asked& asked) {
  const std::string mount = query(asked.target, "mount");
  if (const auto found = value_in(repositories_[query(asked.target, "from")].blobs, mount)) {
    repository.blobs[mount] = *found;
    return {.bytes = make_answer(201)};
  }
  const std::string id = std::to_string(++uploads_begun_);
  uploads_[id];
  std::string fields = "Location: /v2/" + asked.name + "/blobs/uploads/" + id + "?state=a%2Fb\r\nRange: 0-0\r\n";
  if (least_chunk != 0) fields += "OCI-Chunk-Min-Length: " + std::to_string(least_chunk) + "\r\n";
  return {.bytes = make_answer(202, {}, fields)};
}

ServedReply FakeRegistry::serve_upload(Repository& repository, const Asked& asked) {
  if (asked.method == "POST") return begin_upload(repository, asked);
  const auto upload = uploads_.find(asked.rest);
  if (upload == uploads_.end()) return error(404, "BLOB_UPLOAD_UNKNOWN");
  if (asked.method == "DELETE") return uploads_.erase(upload), ServedReply{.bytes = make_answer(204)};
  const std::string location = "Location: " + asked.target + "\r\n";
  if (asked.method == "GET") return {.bytes = make_answer(204, {}, range_of(upload->second) + location)};
  const std::string range = asked.request.field("Content-Range");
  if (!range.empty() && std::stoul(range) != upload->second.size())
    return {.bytes = make_answer(416, {}, range_of(upload->second))};
  upload->second += asked.request.body;
  if (asked.method == "PUT") return finish_upload(repository, asked.rest, query(asked.target, "digest"));
  return {.bytes = make_answer(202, {}, range_of(upload->second) + location)};
}

ServedReply FakeRegistry::finish_upload(Repository& repository, const std::string& id, const std::string& digest) {
  const std::string bytes = std::move(uploads_.at(id));
  uploads_.erase(id);
  if (sha256(bytes).str() != digest) return error(400, "DIGEST_INVALID");
  repository.blobs[digest] = bytes;
  return {.bytes = make_answer(201)};
}

ServedReply FakeRegistry::serve_tags(const Repository& repository, const Asked& asked) const {
  std::vector<std::string> tags;
  for (const auto& [reference, manifest] : repository.manifests)
    if (!reference.starts_with("sha256:") && reference > query(asked.target, "last")) tags.push_back(reference);
  std::string fields;
  if (tags_in_page != 0 && tags.size() > tags_in_page) {
    tags.resize(tags_in_page);
    fields = "Link: </v2/" + asked.name + "/tags/list?last=" + tags.back() + ">; rel=\"next\"\r\n";
  }
  std::string list;
  for (const std::string& tag : tags) list += (list.empty() ? "\"" : ",\"") + tag + "\"";
  return {.bytes = make_answer(200, R"({"name":")" + asked.name + R"(","tags":[)" + list + "]}", fields)};
}

FakeRegistry::Fault answer_first(int times, std::string beginning, std::string bytes) {
  return [=, left = std::make_shared<std::atomic<int>>(times)](
             const ServedRequest& request) -> std::optional<ServedReply> {
    if (!request.line.starts_with(beginning) || left->fetch_sub(1) <= 0) return std::nullopt;
    return ServedReply{.bytes = bytes, .then = bytes.empty() ? ServedReply::Then::cut : ServedReply::Then::keep};
  };
}

}  // namespace occy::test
