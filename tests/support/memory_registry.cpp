#include "support/memory_registry.hpp"

#include <algorithm>

namespace occy::test {
namespace {

constexpr std::string_view kBase = "/v2/occy/test/";

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

Reply error(unsigned status, const std::string& code) {
  return {.bytes = make_answer(status, R"({"errors":[{"code":")" + code + R"(","message":"no )" + code + "\"}]}",
                               "Content-Type: application/json\r\n")};
}

/// HEAD has the fields of GET.
Reply answer(const std::string& method, unsigned status, const std::string& body, const std::string& fields) {
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

std::string packed(const std::string& layer, Compression compression) {
  if (compression == Compression::none) return layer;
  return compression == Compression::gzip ? gzip(layer) : zstd(layer);
}

std::string layer_type(Compression compression) {
  const std::string type = "application/vnd.oci.image.layer.v1.tar";
  return compression == Compression::none ? type : type + "+" + std::string(to_string(compression));
}

std::string descriptor(const std::string& media_type, const std::string& bytes) {
  return R"({"mediaType":")" + media_type + R"(","digest":")" + sha256(bytes).str() + R"(","size":)" +
         std::to_string(bytes.size()) + "}";
}

}  // namespace

MemoryRegistry::MemoryRegistry(Fault fault)
    : fault_(std::move(fault)), server_([this](const ServedRequest& request) {
        if (fault_)
          if (auto reply = fault_(request)) return *reply;
        return serve(request);
      }) {}

Digest MemoryRegistry::put_blob(const std::string& bytes) {
  const std::scoped_lock lock(mutex_);
  const Digest digest = sha256(bytes);
  blobs_[digest.str()] = bytes;
  return digest;
}

Digest MemoryRegistry::put_manifest(const std::string& reference, const std::string& media_type,
                                    const std::string& bytes) {
  const std::scoped_lock lock(mutex_);
  const Digest digest = sha256(bytes);
  manifests_[reference] = manifests_[digest.str()] = {media_type, bytes};
  return digest;
}

Digest MemoryRegistry::put_image(const std::string& tag, const SavedImage& image, Compression compression) {
  std::string layers;
  for (const std::string& layer : image.layers) {
    const std::string bytes = packed(layer, compression);
    put_blob(bytes);
    layers += (layers.empty() ? "" : ",") + descriptor(layer_type(compression), bytes);
  }
  put_blob(image.config());
  return put_manifest(tag, "application/vnd.oci.image.manifest.v1+json",
                      R"({"schemaVersion":2,"config":)" +
                          descriptor("application/vnd.oci.image.config.v1+json", image.config()) + R"(,"layers":[)" +
                          layers + "]}");
}

RegistryPlace MemoryRegistry::place(const std::string& reference) const {
  const std::string separator = reference.starts_with("sha256:") ? "@" : ":";
  return {.image = Reference::parse(host() + "/occy/test" + separator + reference).value(),
          .transport = RegistryTransport::plain};
}

RegistryOptions MemoryRegistry::options() {
  RegistryOptions options;
  options.retry.first_wait = std::chrono::milliseconds(1);
  options.retry.longest_wait = std::chrono::milliseconds(2);
  options.retry.longest_retry_after = std::chrono::milliseconds(5);
  return options;
}

std::size_t MemoryRegistry::count(std::string_view beginning) {
  const auto all = requests();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const auto& request) { return request.line.starts_with(beginning); }));
}

std::optional<std::string> MemoryRegistry::blob(const Digest& digest) {
  const std::scoped_lock lock(mutex_);
  const auto found = blobs_.find(digest.str());
  return found == blobs_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t MemoryRegistry::open_uploads() {
  const std::scoped_lock lock(mutex_);
  return uploads_.size();
}

void MemoryRegistry::take_part(const ServedRequest& request, std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  uploads_.at(upload_id(word(request.line, 1))) += request.body.substr(0, bytes);
}

Reply MemoryRegistry::serve(const ServedRequest& request) {
  const std::scoped_lock lock(mutex_);
  const std::string method = word(request.line, 0);
  const std::string target = word(request.line, 1);
  if (!target.starts_with(kBase)) return error(404, "NAME_UNKNOWN");
  const std::string path = target.substr(kBase.size());
  if (path.starts_with("manifests/")) return serve_manifest(method, path.substr(10), request);
  if (path.starts_with("blobs/uploads/")) return serve_upload(method, target, request);
  if (path.starts_with("blobs/")) return serve_blob(method, path.substr(6), request);
  if (path.starts_with("tags/list")) return serve_tags(target);
  return {.bytes = make_answer(404, "page not found")};
}

Reply MemoryRegistry::serve_manifest(const std::string& method, const std::string& reference,
                                     const ServedRequest& request) {
  if (method == "PUT") {
    const std::string digest = sha256(request.body).str();
    manifests_[reference] = manifests_[digest] = {request.field("Content-Type"), request.body};
    return {.bytes = make_answer(201, {}, "Docker-Content-Digest: " + digest + "\r\n")};
  }
  const auto found = manifests_.find(reference);
  if (found == manifests_.end()) return error(404, "MANIFEST_UNKNOWN");
  if (method == "DELETE") return manifests_.erase(found), Reply{.bytes = make_answer(202)};
  return answer(method, 200, found->second.bytes,
                "Content-Type: " + found->second.media_type +
                    "\r\nDocker-Content-Digest: " + sha256(found->second.bytes).str() + "\r\n");
}

Reply MemoryRegistry::serve_blob(const std::string& method, const std::string& digest, const ServedRequest& request) {
  const auto found = blobs_.find(digest);
  if (found == blobs_.end()) return error(404, "BLOB_UNKNOWN");
  const std::string& bytes = found->second;
  const std::string range = request.field("Range");
  if (range.empty()) return answer(method, 200, bytes, "Content-Type: application/octet-stream\r\n");
  const std::size_t first = std::stoul(range.substr(6));
  return answer(method, 206, bytes.substr(first),
                "Content-Range: bytes " + std::to_string(first) + "-" + std::to_string(bytes.size() - 1) + "/" +
                    std::to_string(bytes.size()) + "\r\n");
}

Reply MemoryRegistry::begin_upload(const std::string& target) {
  const std::string mounted = query(target, "mount");
  if (blobs_.contains(mounted)) return {.bytes = make_answer(201)};
  const std::string id = std::to_string(++uploads_begun_);
  uploads_[id];
  return {.bytes =
              make_answer(202, {}, "Location: " + std::string(kBase) + "blobs/uploads/" + id + "?state=a%2Fb\r\n")};
}

Reply MemoryRegistry::serve_upload(const std::string& method, const std::string& target, const ServedRequest& request) {
  if (method == "POST") return begin_upload(target);
  const std::string id = upload_id(target);
  const auto upload = uploads_.find(id);
  if (upload == uploads_.end()) return error(404, "BLOB_UPLOAD_UNKNOWN");
  if (method == "DELETE") return uploads_.erase(upload), Reply{.bytes = make_answer(204)};
  if (method == "GET")
    return {.bytes = make_answer(204, {}, range_of(upload->second) + "Location: " + target + "\r\n")};
  const std::string range = request.field("Content-Range");
  if (!range.empty() && std::stoul(range) != upload->second.size())
    return {.bytes = make_answer(416, {}, range_of(upload->second))};
  upload->second += request.body;
  if (method == "PUT") return finish_upload(id, target);
  return {.bytes = make_answer(202, {}, range_of(upload->second) + "Location: " + target + "\r\n")};
}

Reply MemoryRegistry::finish_upload(const std::string& id, const std::string& target) {
  const std::string bytes = uploads_.at(id);
  uploads_.erase(id);
  if (sha256(bytes).str() != query(target, "digest")) return error(400, "DIGEST_INVALID");
  blobs_[sha256(bytes).str()] = bytes;
  return {.bytes = make_answer(201)};
}

Reply MemoryRegistry::serve_tags(const std::string& target) {
  std::vector<std::string> tags;
  for (const auto& [name, manifest] : manifests_)
    if (!name.starts_with("sha256:") && name > query(target, "last")) tags.push_back(name);
  std::string fields;
  if (tags_in_page != 0 && tags.size() > tags_in_page) {
    tags.resize(tags_in_page);
    fields = "Link: <" + std::string(kBase) + "tags/list?last=" + tags.back() + ">; rel=\"next\"\r\n";
  }
  std::string list;
  for (const std::string& tag : tags) list += (list.empty() ? "\"" : ",\"") + tag + "\"";
  return {.bytes = make_answer(200, R"({"name":"occy/test","tags":[)" + list + "]}", fields)};
}

}  // namespace occy::test
