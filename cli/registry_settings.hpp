// cli/registry_settings.hpp: what the options say about registries.
#pragma once

#include <filesystem>
#include <string>

#include "occy/layer.hpp"
#include "occy/registry.hpp"

namespace CLI {
class App;
}

namespace occy::cli {

struct RegistrySettings {
  std::string username;
  std::string password;
  enum class PasswordFrom { option, standard_input } password_from = PasswordFrom::option;

  RegistryTransport transport = RegistryTransport::tls;
  TlsFiles tls;

  Compression compression = Compression::gzip;
  std::filesystem::path layer_cache;
  std::filesystem::path blob_cache;

  unsigned retries = RetryPolicy{}.retries;
  double requests_per_second = 0;
};

void add_registry_settings(CLI::App& program, RegistrySettings& settings);

}  // namespace occy::cli
