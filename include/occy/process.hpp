// occy/process.hpp: moves an image from an input to an output, and proves it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

#include "occy/check_results.hpp"
#include "occy/descriptor.hpp"
#include "occy/digest.hpp"
#include "occy/export.hpp"
#include "occy/filter.hpp"
#include "occy/input.hpp"
#include "occy/limits.hpp"
#include "occy/output.hpp"
#include "occy/progress.hpp"

namespace occy {

/// How process() works. Every member stands alone.
struct ProcessOptions {
  /// What looks at the image on its way, or changes it, in this order. Borrowed for the call; none is null.
  std::vector<ImageFilter*> filters = {};

  /// Where the content of files that a filter drops waits for hard links, when it is larger than 1 MiB in a layer;
  /// never under a name. Empty: /tmp, as TMPDIR does not concern a library.
  std::filesystem::path temp_directory = {};

  /// What verify() is asked after finalize(); nothing turns verification off. Default standard: it costs a walk over
  /// headers or one small request.
  std::optional<VerifyLevel> verify = VerifyLevel::standard;

  /// Layers at once, at most; the input and the output may allow fewer. 0: one for each processor, 4 at most; where
  /// only one layer can be moved at a time, a second thread hashes it.
  unsigned jobs = 0;

  Limits limits = {};

  /// Borrowed for the call; may be null.
  Progress* progress = nullptr;

  /// Looked at for every block. A stop request makes process() throw Error: Errc::cancelled. To interrupt a wait for a
  /// daemon, give the same token to EngineOptions.
  std::stop_token stop = {};
};

/// What became of one layer of the config.
struct LayerReport {
  enum class Action {
    written,        ///< its bytes were read, proved and written
    filtered,       ///< the same, and filters made another layer of it
    already_there,  ///< the output had it before
  };

  std::size_t index = 0;

  /// The layer in the source, and what it is in the output: the same, unless it was filtered.
  Digest source_diff_id;
  Digest diff_id;

  /// Uncompressed bytes that were written; 0 when the output had the layer, or it was not unpacked.
  std::uint64_t size = 0;

  /// The blob as the source stores it, proved; where the source names it by digest, and the layer was read.
  std::optional<Descriptor> stored = {};

  Action action = Action::written;
};

/// How long each stage took.
struct StageTimes {
  std::chrono::nanoseconds layers{};
  std::chrono::nanoseconds finalizing{};
  std::chrono::nanoseconds verifying{};
};

/// What process() did.
struct ProcessReport {
  /// How the proof ended.
  enum class Outcome { not_asked, verified, errors, unreachable };

  /// The digest of the config that was written: the image id.
  Digest config_digest;

  /// In the order of the config, one for each diff_id.
  std::vector<LayerReport> layers;

  /// Uncompressed bytes of the layers that were written, each stored layer once; those of its blob where they are
  /// not known, since it was not unpacked.
  std::uint64_t bytes = 0;

  StageTimes times;

  /// What the destination could not take (ImageOutput::remarks).
  CheckResults remarks;

  /// What verify() said; missing when it was not asked.
  std::optional<CheckResults> verification;

  [[nodiscard]] OCCY_API Outcome outcome() const noexcept;
};

/// Reads every layer of `input` once, hashes it in flight, holds it against the digest and size that name it, writes it
/// to `output`, finalizes and verifies.
///
/// Filters: a layer that none of them wants to see passes as it is stored. One that may change is read, proved,
/// changed, hashed again, and written under its new digest; where nothing was changed, it is the same layer. The config
/// gets the new diff_ids, then what the filters make of it; bytes that are not changed are kept. A layer that the
/// output has already is read all the same when a filter looks at it; one that filters changed before, and of which the
/// output knows what they made of it, is not.
///
/// Before: both, and the filters, are fresh. After a return: the image stands under its name, and the report says
/// whether that was proved. After an exception: the output was not finalized, and destroying it leaves nothing behind.
///
/// Throws Error: the side says who failed; Errc::digest_mismatch and Errc::size_mismatch name the layer. A verification
/// that finds errors does not throw: look at outcome().
///
/// Blocks its caller; works on up to `jobs` threads. Memory: about 1 MiB a job, 4 MiB where filters
/// may change layers, whatever the sizes of the layers.
OCCY_API ProcessReport process(ImageInput& input, ImageOutput& output, const ProcessOptions& options = {});

}  // namespace occy
