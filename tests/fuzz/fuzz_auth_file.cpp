// Auth files and the answers of helpers: no name of a helper leads elsewhere, and each login is found by its key.
#include "registry/auth_file.hpp"

#include <cstdlib>

#include "fuzz.hpp"
#include "registry/credential_helper.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = occy::fuzz::text(data, size);
  (void)occy::registry::parse_helper_answer(text, "helper", {});
  const auto file = occy::registry::parse_auth_file(text, {});
  if (!file) return 0;
  for (const auto& entry : file->logins)
    if (file->login_for(entry.key.registry, entry.key.prefix) == nullptr) std::abort();
  for (const auto& helper : file->helpers)
    if (helper.name.empty() || helper.name.find('/') != std::string::npos) std::abort();
  if (file->store.find('/') != std::string::npos) std::abort();
  return 0;
}
