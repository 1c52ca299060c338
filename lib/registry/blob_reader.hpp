// registry/blob_reader.hpp: a blob on its way down.
#pragma once

#include <cstdint>
#include <memory>

#include "occy/descriptor.hpp"
#include "occy/layer.hpp"
#include "registry/conversation.hpp"

namespace occy::registry {

/// The bytes of a blob. Where the connection breaks, or an answer ends before the blob does, it asks for the rest
/// (Range), and its caller sees nothing of that; of a server that sends everything again, what is known is passed over.
class BlobReader final : public BlockSource {
 public:
  /// Asks for nothing yet. `question`: that for the whole blob; its subject names the blob.
  BlobReader(std::shared_ptr<const Conversation> talk, Question question, const Descriptor& blob, std::uint64_t offset);

  /// Throws Errc::size_mismatch when there is more than the descriptor says, or less: when an answer that came to its
  /// proper end has brought nothing new.
  Block next() override;

 private:
  Block read();
  void end_answer();
  void open();
  void open_part(Reply reply);
  void open_whole(Reply reply);
  [[nodiscard]] Block taken(Block block);
  [[nodiscard]] bool is_complete() const noexcept { return position_ == blob_.size; }
  [[noreturn]] void refuse_size(const std::string& found) const;

  std::shared_ptr<const Conversation> talk_;
  Question question_;
  Descriptor blob_;
  std::uint64_t position_;
  Tries tries_;
  std::unique_ptr<http::Answer> answer_;
  std::uint64_t begin_ = 0;  ///< where the answer found the blob
  std::uint64_t known_ = 0;  ///< bytes that come again, before new ones

  enum class Ranges { honoured, ignored } ranges_ = Ranges::honoured;
  bool ended_ = false;
};

}  // namespace occy::registry
