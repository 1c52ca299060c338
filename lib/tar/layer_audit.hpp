// tar/layer_audit.hpp: looks at every entry of a layer as it streams by, for `check`.
#pragma once

#include <memory>
#include <string>

#include "occy/check_results.hpp"
#include "occy/digest.hpp"
#include "occy/limits.hpp"

namespace occy::tar {

/// Pushed the uncompressed bytes of one layer, gathers findings about its entries: `tar-format`, `tar-entry`,
/// `tar-permissions`, `whiteout`, `duplicate-entry`, `large-layer` (docs/checks.md). Memory is
/// bounded: what is kept for duplicates is capped, and the report says so when the cap was reached.
class LayerAudit {
 public:
  /// `subject` names the layer in findings.
  LayerAudit(std::string subject, const Limits& limits);
  ~LayerAudit();

  void push(Block bytes);

  /// After the last push. Gives the findings away.
  [[nodiscard]] CheckResults finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy::tar
