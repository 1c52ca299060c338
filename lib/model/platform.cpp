#include "occy/platform.hpp"

namespace occy {
namespace {

// Go's names, as images have them.
constexpr const char* host_architecture() {
#if defined(__x86_64__)
  return "amd64";
#elif defined(__aarch64__)
  return "arm64";
#elif defined(__arm__)
  return "arm";
#elif defined(__i386__)
  return "386";
#elif defined(__powerpc64__)
  return "ppc64le";
#elif defined(__s390x__)
  return "s390x";
#elif defined(__riscv)
  return "riscv64";
#elif defined(__loongarch64)
  return "loong64";
#elif defined(__mips64)
  return "mips64le";
#else
  return "unknown";
#endif
}

}  // namespace

Platform host_platform() { return {.os = "linux", .architecture = host_architecture()}; }

std::string to_string(const Platform& platform) {
  std::string text = platform.os + '/' + platform.architecture;
  if (!platform.variant.empty()) text += '/' + platform.variant;
  return text;
}

}  // namespace occy
