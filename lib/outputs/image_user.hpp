// outputs/image_user.hpp: the user of an image's config as numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace occy::outputs {

struct ImageUser {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> additional_gids = {};
};

/// `user`: "", "name", "uid", and either with ":group" or ":gid", as a config's User has it. `passwd` and `group`: the
/// texts of the image's own files, empty where there are none. As engines do: a number needs no entry, its group is
/// then 0; additional groups count when no group is named. Lines that are none are passed over.
///
/// Throws Error (side: input, Errc::not_found) for a name that is not there, or a number over 2^31 - 1.
[[nodiscard]] ImageUser find_user(std::string_view user, std::string_view passwd, std::string_view group);

}  // namespace occy::outputs
