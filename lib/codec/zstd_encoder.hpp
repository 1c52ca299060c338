// codec/zstd_encoder.hpp: one zstd frame.
#pragma once

#include <memory>
#include <vector>

#include "codec/encoder.hpp"

struct ZSTD_CCtx_s;

namespace occy::codec {

/// Level 3, with a checksum; the size is not stated, as it is not known before.
class ZstdEncoder final : public Encoder {
 public:
  explicit ZstdEncoder(TakePacked take);

  void write(Block plain) override;
  void finish() override;

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
  };

  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
  TakePacked take_;
  std::vector<std::byte> out_;
};

}  // namespace occy::codec
