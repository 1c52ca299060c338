// model/config_edit.hpp: changes single values of a config. Every byte that is not part of them stays: numbers as they
// were written, members that occy does not know, their order, white space.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "occy/config.hpp"

namespace occy {

/// The document of `config` with other diff_ids. Before: as many as it has.
[[nodiscard]] std::string replace_diff_ids(const ImageConfig& config, const std::vector<Digest>& diff_ids);

/// The document of `config` with other times of creation: its own, and that of each step of its history. `change` is
/// shown each as it is written, and gives what takes its place. A time that is not there is not made up.
[[nodiscard]] std::string replace_created(const ImageConfig& config,
                                          const std::function<std::string(const std::string& created)>& change);

}  // namespace occy
