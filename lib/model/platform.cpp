#include "occy/platform.hpp"

namespace occy {

std::string to_string(const Platform& platform) {
  std::string text = platform.os + '/' + platform.architecture;
  if (!platform.variant.empty()) text += '/' + platform.variant;
  return text;
}

}  // namespace occy
