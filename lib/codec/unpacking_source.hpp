// codec/unpacking_source.hpp: drives an Unpacker from one BlockSource to the next.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "codec/unpacker.hpp"
#include "occy/layer.hpp"

namespace occy::codec {

/// Lends what `packed` (borrowed) unpacks to, in full blocks except for the last. Holds one block.
class UnpackingSource final : public BlockSource {
 public:
  UnpackingSource(BlockSource& packed, std::unique_ptr<Unpacker> unpacker, std::uint64_t limit, std::string subject);

  Block next() override;

 private:
  std::size_t fill();
  Step step(std::span<std::byte> out);
  void require_end() const;
  void require_within_limit() const;

  BlockSource& packed_;
  std::unique_ptr<Unpacker> unpacker_;
  std::uint64_t limit_;
  std::string subject_;
  Block input_;
  std::uint64_t consumed_ = 0;
  std::uint64_t produced_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace occy::codec
