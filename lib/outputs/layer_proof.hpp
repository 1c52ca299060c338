// outputs/layer_proof.hpp: what the bytes of a stored layer are. Reads all of them.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "io/file.hpp"
#include "occy/check_results.hpp"
#include "occy/layer.hpp"
#include "occy/limits.hpp"

namespace occy::outputs {

struct LayerProof {
  /// With what is stored: `stored` is always set.
  LayerRecord record;

  /// What is wrong with it as a tar; empty when nothing is. Engines take a layer without an end-of-archive marker as it
  /// is, and a layer of nothing, or of nothing but zeros, for an empty one: a faithful copy of such a layer is one.
  std::string tar_problem;
};

/// Reads to the end, unpacks, and hashes both. `subject` names the bytes in messages. Throws Error when they cannot be
/// read or unpacked, Errc::cancelled after a stop request.
[[nodiscard]] LayerProof prove_layer(BlockSource& bytes, Compression compression, const std::string& subject,
                                     const Limits& limits, const std::stop_token& stop);

/// Reads `size` bytes of a file, unpacks them where their first bytes say so, and hashes both. Throws as above.
[[nodiscard]] LayerProof prove_layer(const io::File& file, std::uint64_t offset, std::uint64_t size,
                                     const Limits& limits, const std::stop_token& stop);

/// "verify.digest" unless the bytes are those of `stored`, and unpacked those of `diff_id`; "verify.layer-tar" where
/// there is a problem with the tar.
void expect_layer(CheckResults& results, const std::string& subject, const LayerProof& found, const Digest& stored,
                  const Digest& diff_id);

}  // namespace occy::outputs
