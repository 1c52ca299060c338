// upload_scene.hpp: blobs of every size that matters to an upload, and a registry to send them to.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>

#include "registry/blob_upload.hpp"
#include "registry/repository.hpp"
#include "support/fake_registry.hpp"

namespace occy::test {

constexpr std::size_t kUploadChunk = std::size_t{5} << 20U;

inline std::string upload_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + (i >> 8U));
  return bytes;
}

/// More than all the buffers on the way hold.
inline const std::string kHugeUpload = upload_bytes(4 * kUploadChunk);

inline void send(registry::Repository& repository, const std::string& bytes, const Digest& digest) {
  const auto upload = repository.begin_upload();
  upload->write(std::as_bytes(std::span(bytes)));
  upload->commit(digest);
}

inline registry::Repository open_target(const FakeRegistry& server) {
  return {RegistrySession(FakeRegistry::options()), server.image(), Side::output};
}

/// Of the first PATCH only so much is read.
inline FakeServer::Reading read_once(std::size_t bytes) {
  return [=, left = std::make_shared<std::atomic<int>>(1)](const ServedRequest& request) {
    return request.line.starts_with("PATCH") && left->fetch_sub(1) > 0 ? bytes : std::string::npos;
  };
}

}  // namespace occy::test
