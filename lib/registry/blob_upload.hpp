// registry/blob_upload.hpp: a blob on its way up. OCI distribution-spec 1.1, "Pushing a blob in chunks".
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "registry/conversation.hpp"
#include "registry/repository.hpp"

namespace occy::registry {

/// Where an answer sends an upload. Throws Error (Errc::refused) when it says nothing, or leads from https to http.
[[nodiscard]] http::Url upload_location(const Conversation& talk, const Question& question, const Reply& reply);

/// Gives an upload up. Never throws.
void cancel_upload(const Conversation& talk, const http::Url& location) noexcept;

/// Sends a chunk when it is full and more comes: the last one rides in the request that ends the upload, and a blob of
/// one chunk takes two requests. Asks for nothing before that.
class ChunkedUpload final : public BlobUpload {
 public:
  explicit ChunkedUpload(std::shared_ptr<const Conversation> talk);
  ~ChunkedUpload() override;
  void write(Block bytes) override;
  void commit(const Digest& digest) override;

 private:
  /// Part of a request with a body: the chunk that is held.
  [[nodiscard]] Question question(std::string method, http::Url url) const;
  [[nodiscard]] std::uint64_t end() const noexcept { return begin_ + chunk_.size(); }

  void start();
  void send_chunk();
  void try_chunk();
  [[nodiscard]] bool try_commit(const Digest& digest);
  void follow(const Question& question, const Reply& reply);
  void wait_or_refuse(const Question& question, const Reply& reply);
  void begin_again(const Question& question, const Reply& reply);
  void wait_or_throw(const Question& question, const http::TransientError& error);
  void find_place();
  void go_on_from(const Question& question, std::uint64_t offset);
  [[nodiscard]] bool is_there(const Digest& digest) const;

  std::shared_ptr<const Conversation> talk_;
  Tries tries_;
  std::optional<http::Url> location_;  ///< missing: not begun
  std::vector<std::byte> chunk_;
  std::size_t chunk_size_;
  std::uint64_t begin_ = 0;  ///< of the chunk; the registry has everything before it
};

}  // namespace occy::registry
