// model/config_edit.hpp: changes single values of a config. Every byte that is not part of them stays: numbers as they
// were written, members that occy does not know, their order, white space.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "occy/config.hpp"

namespace occy {

/// The document of `config` with other diff_ids. Before: as many as it has.
[[nodiscard]] std::string replace_diff_ids(const ImageConfig& config, const std::vector<Digest>& diff_ids);

/// A time of creation: the config's own, or that of a step of its history.
struct CreatedTime {
  std::string text;  ///< as written

  /// Position in the history; missing for the config's own.
  std::optional<std::size_t> step;
};

/// The document of `config` with other times of creation. `change` is shown each, and gives what takes its place. A
/// time that is not there is not made up.
[[nodiscard]] std::string replace_created(const ImageConfig& config,
                                          const std::function<std::string(const CreatedTime& created)>& change);

}  // namespace occy
