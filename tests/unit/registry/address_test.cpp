#include "registry/address.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace occy;
using namespace occy::registry;
using namespace occy::test;
using Scheme = http::Origin::Scheme;

namespace {

Address address_of(const std::string& name, RegistryTransport transport = RegistryTransport::tls) {
  return locate({.image = Reference::parse(name).value(), .transport = transport}, {}, Side::input);
}

}  // namespace

TEST_CASE("address: a name without a domain is on Docker Hub", "[registry]") {
  const auto name = GENERATE("debian", "docker.io/debian", "index.docker.io/library/debian", "library/debian:latest");
  const Address address = address_of(name);

  CHECK(address.account.origin == http::Origin{Scheme::https, "registry-1.docker.io", 443});
  CHECK(address.account.registry == "docker.io");
  CHECK(address.repository == "library/debian");
  CHECK(address.reference == "latest");
  CHECK(address.name == "registry://docker.io/library/debian:latest");
}

TEST_CASE("address: ports are the scheme's own, or named", "[registry]") {
  CHECK(address_of("r.example/a").account.origin == http::Origin{Scheme::https, "r.example", 443});
  CHECK(address_of("r.example:5000/a").account.origin == http::Origin{Scheme::https, "r.example", 5000});
  CHECK(address_of("r.example/a", RegistryTransport::plain).account.origin ==
        http::Origin{Scheme::http, "r.example", 80});
  CHECK(address_of("[::1]:5000/a").account.origin == http::Origin{Scheme::https, "::1", 5000});
}

TEST_CASE("address: logins are looked for under the name as it is written", "[registry]") {
  CHECK(address_of("r.example:5000/a/b").account.registry == "r.example:5000");
  CHECK(address_of("r.example:5000/a/b").repository == "a/b");
}

TEST_CASE("address: the digest counts before the tag", "[registry]") {
  const std::string digest = sha256("x").str();
  CHECK(address_of("r.example/a:1@" + digest).reference == digest);
  CHECK(address_of("r.example/a:1").reference == "1");
}

TEST_CASE("address: a certificate may be anybody's only where that is said", "[registry]") {
  using Certificates = http::Call::Certificates;
  CHECK(address_of("r.example/a").account.certificates == Certificates::verified);
  CHECK(address_of("r.example/a", RegistryTransport::tls_unverified).account.certificates == Certificates::any);
}

TEST_CASE("address: a port that is none is a wrong address", "[registry]") {
  CHECK(error_of([] { (void)address_of("r.example:99999/a"); }).code() == Errc::bad_text);
}
