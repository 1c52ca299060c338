// registry/blob_upload.hpp: a blob on its way up. OCI distribution-spec 1.1, "Pushing blobs".
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "registry/conversation.hpp"
#include "registry/held_bytes.hpp"
#include "registry/repository.hpp"

namespace occy::registry {

/// Where an answer sends an upload. Throws Error (Errc::refused) when it says nothing, or leads from https to http.
[[nodiscard]] http::Url upload_location(const Conversation& talk, const Question& question, const Reply& reply);

/// Gives an upload up; after a stop request nothing is said. Never throws.
void cancel_upload(const Conversation& talk, const http::Url& location) noexcept;

/// A blob that is held whole takes two requests: POST, and PUT with all of it. A larger one goes up in one PATCH while
/// it is written, as other clients do it, so that all registries know it, and an empty PUT ends it. What was sent last
/// is held: when the PATCH breaks, the rest goes up from where the registry says it is, in chunks that name their
/// place. Asks for nothing before the first chunk is full.
class ResumableUpload final : public BlobUpload {
 public:
  explicit ResumableUpload(std::shared_ptr<const Conversation> talk);
  ResumableUpload(const ResumableUpload&) = delete;
  ResumableUpload& operator=(const ResumableUpload&) = delete;
  ~ResumableUpload() override;
  void write(Block bytes) override;
  void commit(const Digest& digest) override;

 private:
  [[nodiscard]] Question question(std::string method, http::Url url) const;

  /// What is held of the blob: a part says its place.
  enum class Part { some, whole };
  [[nodiscard]] Question carrying_held(Question question, Part part);

  [[nodiscard]] std::uint64_t held_from() const noexcept { return end_ - held_.size(); }

  void start();
  void make_room();
  void begin_stream();
  void pass_on(Block bytes);
  void end_stream();
  void try_chunk();
  template <class Action>
  void attempt(const Question& question, const Action& action);
  void take_answer(const Question& question, const Reply& reply);
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
  std::optional<http::Url> location_;      ///< missing: not begun
  std::unique_ptr<BegunQuestion> stream_;  ///< the PATCH that takes what is written
  HeldBytes held_;         ///< the last that was written; without a stream, all that the registry has not
  std::uint64_t end_ = 0;  ///< of what was written
  std::uint64_t has_ = 0;  ///< so much the registry has said that it has

  /// Since the registry took something last: a new login that it says no to as well is no reason to go on.
  bool login_renewed_ = false;

  /// What came in the way last; for messages.
  std::string fault_;

  /// What was left of a broken stream may still be on its way: only a chunk that names its place is safe from it.
  enum class Way { stream, chunks } way_ = Way::stream;
};

}  // namespace occy::registry
