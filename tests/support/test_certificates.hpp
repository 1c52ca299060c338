// support/test_certificates.hpp: certificates made for one test, and valid for as long as it needs.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace occy::test {

/// An authority that writes its certificates, and keys without a password, as PEM files into a directory.
class TestAuthority {
 public:
  TestAuthority(std::filesystem::path directory, const std::string& name);
  ~TestAuthority();

  /// Of the authority itself.
  [[nodiscard]] std::filesystem::path certificate() const;

  struct Wishes {
    std::string names = "IP:127.0.0.1";  ///< as in OpenSSL's subjectAltName
    std::chrono::seconds valid_from{-3600};
    std::chrono::seconds valid_until{3600};
    enum class Signer { authority, itself } signer = Signer::authority;
  };

  struct Issued {
    std::filesystem::path certificate;
    std::filesystem::path key;
  };
  [[nodiscard]] Issued issue(const std::string& name, const Wishes& wishes) const;
  [[nodiscard]] Issued issue(const std::string& name) const { return issue(name, Wishes{}); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy::test
