#include "occy/reference.hpp"

#include "support/catch.hpp"

using occy::Reference;

namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

std::string refusal(const std::string& text) {
  const auto reference = Reference::parse(text);
  return reference ? "(accepted)" : reference.error().message;
}

std::string canonical(const std::string& text) { return Reference::parse(text).value().canonical(); }

}  // namespace

TEST_CASE("reference: domain, path, tag and digest are told apart", "[model]") {
  const Reference reference = Reference::parse("host:5000/a/b:tag@" + kDigest).value();

  CHECK(reference.domain == "host:5000");
  CHECK(reference.path == "a/b");
  CHECK(reference.tag == "tag");
  REQUIRE(reference.digest.has_value());
  CHECK(reference.digest->str() == kDigest);
}

TEST_CASE("reference: what stands before the first slash is a domain only when it looks like one", "[model]") {
  struct Case {
    const char* text;
    const char* domain;
    const char* path;
  };
  const auto [text, domain, path] = GENERATE(
      Case{"debian", "", "debian"}, Case{"library/debian", "", "library/debian"}, Case{"localhost/x", "localhost", "x"},
      Case{"localhost", "", "localhost"}, Case{"host.example/x/y", "host.example", "x/y"},
      Case{"host:80/x", "host:80", "x"}, Case{"Host/x", "Host", "x"}, Case{"127.0.0.1/x", "127.0.0.1", "x"},
      Case{"[fe80::1]/x", "[fe80::1]", "x"}, Case{"[::1]:5000/x", "[::1]:5000", "x"}, Case{"a-b/c", "", "a-b/c"},
      Case{"xn--e1afmkfd.example/x", "xn--e1afmkfd.example", "x"});
  CAPTURE(text);

  const Reference reference = Reference::parse(text).value();

  CHECK(reference.domain == domain);
  CHECK(reference.path == path);
}

TEST_CASE("reference: a number after a colon is a tag when no slash follows, else a port", "[model]") {
  CHECK(Reference::parse("host:5000").value().tag == "5000");
  CHECK(Reference::parse("host:5000/x").value().tag.empty());
  CHECK(Reference::parse("host:5000/x:1").value().tag == "1");
}

TEST_CASE("reference: names, tags and domains that keep to the grammar", "[model]") {
  for (const std::string& text :
       {std::string("a"), std::string("a_b"), std::string("a__b"), std::string("a.b/c"), std::string("x/a--b---c"),
        std::string("a:_T.a-g"), std::string("a:1.0-RC"), std::string("1.2.3.4:5/a.b_c-d/e:F"), "a@" + kDigest})
    CHECK(refusal(text) == "(accepted)");
}

TEST_CASE("reference: what breaks the grammar is refused", "[model]") {
  for (const std::string& text : {std::string(),
                                  std::string(":tag"),
                                  std::string("a:"),
                                  std::string("a:b:c"),
                                  std::string("a//b"),
                                  std::string("/a"),
                                  std::string("a/"),
                                  std::string("a___b"),
                                  std::string("a..b"),
                                  std::string("a._b"),
                                  std::string("-a"),
                                  std::string("a-"),
                                  std::string("_a"),
                                  std::string("a/_b"),
                                  std::string("a b"),
                                  std::string("a\n"),
                                  std::string("Debian"),
                                  std::string("a/B"),
                                  std::string("a:.t"),
                                  std::string("a:-t"),
                                  std::string("a:t/"),
                                  std::string("a:\xc3\xa4"),
                                  std::string("\xc3\xa4"),
                                  std::string("a@"),
                                  std::string("a@sha256:00"),
                                  std::string("a@sha512:") + std::string(128, '0'),
                                  "@" + kDigest,
                                  "a@" + kDigest + "@" + kDigest,
                                  "a@" + kDigest + ":t",
                                  std::string("http://a/b"),
                                  std::string("docker://a"),
                                  std::string("host:/a"),
                                  std::string("host:x/a"),
                                  std::string("-h.example/a"),
                                  std::string("h-.example/a"),
                                  std::string("h..example/a"),
                                  std::string(".example/a"),
                                  std::string("[::1/a"),
                                  std::string("[]/a:1"),
                                  std::string("[::1]x/a"),
                                  std::string("[::g]/a"),
                                  std::string("[::1]:/a"),
                                  std::string("a/../b"),
                                  std::string("host.example/"),
                                  std::string("a\0b", 3)}) {
    CAPTURE(text);
    CHECK(refusal(text) != "(accepted)");
  }
}

TEST_CASE("reference: lengths are capped at 255 for the name and 128 for the tag", "[model]") {
  const std::string domain = "host.example/";

  CHECK(refusal(domain + std::string(255 - domain.size(), 'a')) == "(accepted)");
  CHECK(refusal(domain + std::string(256 - domain.size(), 'a')) == "reference: name longer than 255 characters");
  CHECK(refusal("a:" + std::string(128, 't')) == "(accepted)");
  CHECK(refusal("a:" + std::string(129, 't')) == "reference: tag longer than 128 characters");
}

TEST_CASE("reference: 64 hexadecimal digits are an image id; longer, shorter or in a path they are a name", "[model]") {
  const std::string hex(64, 'f');

  CHECK(refusal(hex) == "reference: 64 hexadecimal digits are an image id, not a name");
  CHECK(refusal(hex + "f") == "(accepted)");
  CHECK(refusal(hex.substr(1)) == "(accepted)");
  CHECK(refusal("library/" + hex) == "(accepted)");
}

TEST_CASE("reference: a refusal tells where", "[model]") {
  CHECK(Reference::parse("host:5000/ab/cD:t").error().position == 14);
  CHECK(Reference::parse("a:b@sha256:x").error().position == 11);
  CHECK(Reference::parse("a:t!").error().position == 3);
}

TEST_CASE("reference: what is written is read back the same", "[model]") {
  for (const std::string& text : {std::string("debian"), std::string("a/b:1"), "host:1/a:t@" + kDigest, "a@" + kDigest,
                                  std::string("localhost/a"), std::string("[::1]:5000/x:y")})
    CHECK(Reference::parse(text).value().str() == text);
}

TEST_CASE("reference: the canonical form fills in what an engine would", "[model]") {
  CHECK(canonical("debian") == "docker.io/library/debian:latest");
  CHECK(canonical("a/b:1") == "docker.io/a/b:1");
  CHECK(canonical("docker.io/debian") == "docker.io/library/debian:latest");
  CHECK(canonical("index.docker.io/debian") == "docker.io/library/debian:latest");
  CHECK(canonical("localhost/debian") == "localhost/debian:latest");
  CHECK(canonical("debian@" + kDigest) == "docker.io/library/debian@" + kDigest);
  CHECK(canonical("debian:1@" + kDigest) == "docker.io/library/debian:1@" + kDigest);
}

TEST_CASE("reference: the default tag is added only where there is neither tag nor digest", "[model]") {
  CHECK(Reference::parse("a").value().with_default_tag().str() == "a:latest");
  CHECK(Reference::parse("a:1").value().with_default_tag().str() == "a:1");
  CHECK(Reference::parse("a@" + kDigest).value().with_default_tag().str() == "a@" + kDigest);
}
