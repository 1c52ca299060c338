// occy/output.hpp: where an image goes.
//
// An output is pushed, in this order, and never has to ask back:
//
//   begin → { want_layer → put_layer → write … → commit } → put_config → finalize → verify
//
// It does not hash, limit or cancel; it is told what was proved. Until finalize() returns, nothing stands under the
// destination's name; destroyed before that, it leaves nothing behind.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "occy/check_results.hpp"
#include "occy/config.hpp"
#include "occy/image.hpp"
#include "occy/layer.hpp"

namespace occy {

/// How much verify() reads back.
enum class VerifyLevel {
  standard,  ///< structure, names, sizes and identities; no layer data where the destination can be trusted for it
  full,      ///< every byte
};

/// What filters are about to make of a layer: by equal values they make the same.
struct FilteredLayer {
  Digest source_diff_id;

  /// ImageFilter::fingerprint() of all filters that may change the layer, in their order.
  std::string filters;
};

/// An image to write, once.
///
/// Threads: the output's own functions are called by one thread at a time (the pump holds a lock); sinks are written by
/// other threads meanwhile, one thread each; commit() may be called by several threads at once, and an output that
/// shares state between its sinks locks it.
class OCCY_API ImageOutput {
 public:
  virtual ~ImageOutput();

  /// Opens the destination. Finds before anything is read what would make the write impossible: a missing directory, no
  /// permission, a daemon that does not answer. Throws Error (side: output).
  virtual void begin(const ImageDescription& image) = 0;

  /// In which form sinks want the bytes. The same for all layers. Default: plain.
  [[nodiscard]] virtual LayerForm layer_form() const noexcept;

  /// How many sinks may be open at once, at least 1. Asked after begin(), which knows the layers.
  [[nodiscard]] virtual unsigned max_open_layers() const noexcept;

  /// Returns when a layer has come to the destination another way, or will not; at once after a stop request. Called
  /// beside the output's other functions.
  using Await = std::function<void(const std::stop_token&)>;

  /// Something when another output, for another image, is writing this layer to the same destination: then it is
  /// better to ask want_layer() when that has ended. Empty: no reason to wait. Called before want_layer(), or not at
  /// all. Default: empty.
  [[nodiscard]] virtual Await awaited(const LayerInfo& layer);

  /// False: the destination has this layer already, or will have it from a sink that was given out before; the output
  /// answers for it, and it is not read. Default: true.
  [[nodiscard]] virtual bool want_layer(const LayerInfo& layer);

  /// A sink for a layer that want_layer() accepted. `layer.compression` is that of the source; a layer that a filter
  /// may change has neither diff_id nor size nor stored digest. An output of the stored form may be asked for a second,
  /// plain sink of one layer when a filter may or may not change it; one of the two is committed.
  [[nodiscard]] virtual std::unique_ptr<LayerSink> put_layer(const LayerInfo& layer) = 0;

  /// What the same filters made of the layer before, where the destination still has it: then it is not read, and the
  /// output answers for it. Default: nothing.
  [[nodiscard]] virtual std::optional<LayerRecord> recall_layer(const FilteredLayer& layer);

  /// What filters have made of a layer, after its commit(). Default: nothing.
  virtual void remember_layer(const FilteredLayer& layer, const LayerRecord& record);

  /// The config: its diff_ids are the layers in order. Called once, after the last commit. Throws Error (side: output)
  /// when a diff_id was neither committed nor answered for by want_layer().
  virtual void put_config(const ImageConfig& config) = 0;

  /// Publishes the image under its name: whole, or not at all. Throws Error (side: output); afterwards the destination
  /// is as it was before begin().
  virtual void finalize() = 0;

  /// What of the image could not be had at this destination, and was left out or replaced: device nodes, owners and
  /// xattrs without the rights to make them. Warnings, ids in docs/checks.md. Before: finalize() has returned. Default:
  /// none.
  [[nodiscard]] virtual CheckResults remarks() const;

  /// Reads back what landed and holds it against what was committed. Before: finalize() has returned. Never throws;
  /// changes nothing. No errors and a "verify.ok" finding is the proof; "verify.unreachable" (a warning) says that the
  /// destination could not be asked, which is not success. What each output proves: docs/verification.md. Default: no
  /// findings.
  [[nodiscard]] virtual CheckResults verify(VerifyLevel level = VerifyLevel::standard);
};

}  // namespace occy
