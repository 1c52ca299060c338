// tree/remarks.hpp: counts what of an image a destination could not take.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "occy/check_results.hpp"

namespace occy::tree {

enum class Remark {
  owner,   ///< not given to the image's owner; recorded in an xattr
  mode,    ///< other permission bits than the image's
  record,  ///< owner and mode could not be recorded either
  device,  ///< a device node became an empty file
  xattr,   ///< an extended attribute was left out
  type,    ///< an entry of a type that nobody unpacks was left out
  opaque,  ///< a mark that hides lower layers could not be made
  count_,
};

/// One warning for each kind, with a count and the first path, however many there are.
class Remarks {
 public:
  void note(Remark remark, std::string_view path);

  /// `subject`: the destination.
  [[nodiscard]] CheckResults results(const std::string& subject) const;

 private:
  struct Tally {
    std::uint64_t count = 0;
    std::string first = {};
  };
  std::array<Tally, static_cast<std::size_t>(Remark::count_)> tallies_ = {};
};

}  // namespace occy::tree
