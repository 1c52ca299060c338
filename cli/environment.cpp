#include "environment.hpp"

#include <cstdlib>

namespace occy::cli {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace occy::cli
