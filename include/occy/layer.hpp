// occy/layer.hpp: one layer on its way from an input to an output.
//
//   LayerReader ──blocks──▶ pump (decodes, hashes, holds against limits) ──blocks──▶ LayerSink
//
// A layer is never whole in memory: readers lend blocks, sinks take them. A layer's identity, its diff_id, is a matter
// of its bytes: what is known before (LayerInfo) is a claim, what is known after (LayerRecord) is proved.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "occy/descriptor.hpp"
#include "occy/digest.hpp"
#include "occy/export.hpp"

namespace occy {

/// How bytes are packed. Found by magic bytes, never by a name or a declared media type.
enum class Compression { none, gzip, zstd };

/// "none", "gzip", "zstd".
[[nodiscard]] OCCY_API std::string_view to_string(Compression compression) noexcept;

/// What a source says of a layer before its bytes were read. Everything may be missing; nothing is proved.
struct LayerInfo {
  /// The position in the config's diff_ids, the lowest where the layer is listed twice. Missing where the source tells
  /// the order only at its end.
  std::optional<std::size_t> index = {};

  /// The digest of the uncompressed layer.
  std::optional<Digest> diff_id = {};

  /// Uncompressed bytes. Only where it is exact: a pump refuses a layer of any other size.
  std::optional<std::uint64_t> size = {};

  /// The blob as it is stored, where the source names it by digest.
  std::optional<Descriptor> stored = {};

  /// Of the bytes that the reader gives.
  Compression compression = Compression::none;

  /// What the source calls it, for messages: "image.tar: 3f5c…/layer.tar".
  std::string name = {};
};

/// In which form an output takes layers.
enum class LayerForm {
  plain,   ///< uncompressed
  stored,  ///< as the source has it; a layer that a filter changed comes uncompressed
  blob,    ///< as stored, and not unpacked on its way where the source's digest of the blob is proof enough
};

/// The bytes of a layer as they were given to a sink of the stored form.
struct StoredBlob {
  Compression compression = Compression::none;
  Digest digest;
  std::uint64_t size = 0;

  friend bool operator==(const StoredBlob&, const StoredBlob&) = default;
};

/// What the bytes of a layer were.
struct LayerRecord {
  Digest diff_id;

  /// Uncompressed bytes. Of a layer that was not unpacked (LayerForm::blob), the source's word as its diff_id is, and 0
  /// where the source does not know.
  std::uint64_t size = 0;

  /// What the sink was given, when its output takes a stored form.
  std::optional<StoredBlob> stored = {};

  friend bool operator==(const LayerRecord&, const LayerRecord&) = default;
};

/// Bytes that are pulled, block by block.
class OCCY_API BlockSource {
 public:
  virtual ~BlockSource();

  /// Lends the next bytes; valid until the next call or the end of the source's life. Empty means the end, and then
  /// every further call is empty too. Throws Error when the bytes cannot be had: a source that was cut never looks like
  /// one that ended.
  [[nodiscard]] virtual Block next() = 0;
};

/// One layer, read once, forward, by one thread.
///
/// Readers of one input may be used at the same time by different threads when the input allows several open layers.
/// Destroying a reader before its end is allowed; an input that is a stream then skips the rest of the layer.
class OCCY_API LayerReader : public BlockSource {
 public:
  /// Stays the same as long as the reader lives.
  [[nodiscard]] virtual const LayerInfo& info() const noexcept = 0;

  /// Passes over bytes that nobody wants, without reading them, and returns how many: all of `bytes`, or 0 where the
  /// source must be read to its end. Counted in stored bytes, behind what next() has lent. Passing over the end is an
  /// Error at the next call of next(). Default: 0.
  [[nodiscard]] virtual std::uint64_t skip(std::uint64_t bytes);

  /// Goes back to the first byte; what next() has lent is gone. False: the source gives its bytes only once. Default:
  /// false.
  [[nodiscard]] virtual bool restart();

  /// What a packed layer unpacks to, as far as the source can tell without reading it: asked before the first next(),
  /// and only where it is of use, as it may cost a request. A hint and no claim: nobody refuses a layer for it, but a
  /// wrong one may need a restart(): nothing where that is not possible. Default: nothing.
  [[nodiscard]] virtual std::optional<std::uint64_t> size_hint();
};

/// LayerReader::size_hint() of the layer that a sink is for.
using SizeHint = std::function<std::optional<std::uint64_t>()>;

/// Where one layer goes, in the form that its output takes, written once, forward, by one thread.
///
/// Destroyed without commit(): the layer is discarded and leaves nothing behind.
class OCCY_API LayerSink {
 public:
  virtual ~LayerSink();

  /// Called before the first write where other sinks may be open beside this one, or its output takes one layer at a
  /// time, by the thread that writes: what must know where this layer ends gets on with it. Waits for other layers
  /// where it must; throws Errc::cancelled after a stop request. Default: nothing.
  virtual void prepare(const SizeHint& hint, const std::stop_token& stop);

  /// Throws Errc::interrupted, as commit() does, when the destination lost what it had got, or the hint at its size was
  /// wrong: a new sink may take the layer from its beginning.
  virtual void write(Block bytes) = 0;

  /// Settles the layer's identity; called once, after the last write, when the bytes were proved to be what `record`
  /// says.
  virtual void commit(const LayerRecord& record) = 0;
};

}  // namespace occy
