// Lists the tags of a repository; who one is there, is known from a place of one's own: here two files in a directory.
//
// usage: 10_own_credentials registry://HOST/NAME DIRECTORY    (DIRECTORY/HOST.user and DIRECTORY/HOST.password)
#include <filesystem>
#include <fstream>
#include <iostream>
#include <occy/occy.hpp>

namespace {

// Asked when a registry wants to know, and by several threads at once.
class SecretDirectory final : public occy::CredentialSource {
 public:
  explicit SecretDirectory(std::filesystem::path directory) : directory_(std::move(directory)) {}

  std::optional<occy::Login> find(std::string_view registry, std::string_view /*repository*/) override {
    const std::filesystem::path place = directory_ / registry;
    occy::Login login{.origin = place};  // for messages: the secret is in none
    std::ifstream(place.string() + ".user") >> login.username;
    std::ifstream(place.string() + ".password") >> login.password;
    if (login.username.empty()) return std::nullopt;
    return login;
  }

 private:
  std::filesystem::path directory_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: 10_own_credentials registry://HOST/NAME DIRECTORY\n";
    return 2;
  }
  try {
    SecretDirectory secrets(argv[2]);
    const occy::RegistrySession session({.credentials = &secrets});
    for (const std::string& tag : occy::list_tags(session, occy::parse_registry_place(argv[1])))
      std::cout << tag << '\n';
    return 0;
  } catch (const occy::Error& error) {
    std::cerr << error.what() << '\n' << error.detail().hint << '\n';
    return 1;
  }
}
