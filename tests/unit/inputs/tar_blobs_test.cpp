#include "occy/inputs/tar_blobs.hpp"

#include "support/archive_builder.hpp"
#include "support/blob_store.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/memory_source.hpp"
#include "support/packed.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;
namespace fs = std::filesystem;

namespace {

/// An archive of an OCI layout, its members in hand until it is opened.
struct Archive {
  TempDir directory;
  BlobStore store;
  Descriptor root = add_usual_index(store);
  std::vector<TarMember> members = {{.name = "oci-layout", .bytes = R"({"imageLayoutVersion":"1.0.0"})"}};

  Archive() {
    for (const auto& [digest, bytes] : store.blobs) members.push_back({.name = name_of(digest), .bytes = bytes});
    members.push_back({.name = "index.json", .bytes = index_for("occy/test:1")});
  }

  static std::string name_of(const Digest& digest) { return "blobs/sha256/" + digest.hex(); }

  [[nodiscard]] std::string index_for(const std::string& name) const {
    return R"({"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.index.v1+json","digest":")" +
           root.digest.str() + R"(","size":)" + std::to_string(root.size) +
           R"(,"annotations":{"org.opencontainers.image.ref.name":")" + name + R"("}}]})";
  }

  [[nodiscard]] TarBlobInput open(const TarInputOptions& options = {}) const {
    return TarBlobInput(write_file(directory / "a.tar", tar_archive(members)), options);
  }

  [[nodiscard]] Error refusal(const TarInputOptions& options = {}) const {
    return error_of([&] { (void)open(options).root(); });
  }
};

}  // namespace

TEST_CASE("tar blob input: the root is what the name or the only entry leads to", "[inputs]") {
  const Archive archive;
  TarInputOptions options;
  SECTION("the only entry") {}
  SECTION("the name") { options.image = *Reference::parse("occy/test:1"); }
  TarBlobInput input = archive.open(options);

  CHECK(input.root().digest == archive.root.digest);
  CHECK(input.root().bytes == archive.store.blobs.at(archive.root.digest));
  CHECK(input.references().front().str() == "occy/test:1");
  CHECK(input.name() == (archive.directory / "a.tar").string());
}

TEST_CASE("tar blob input: nothing below the root is given before the root was asked for", "[inputs]") {
  const Archive archive;
  auto input = archive.open();

  CHECK(error_of([&] { (void)input.document(archive.root); }).side() == Side::usage);
  CHECK(error_of([&] { (void)input.blob(archive.root); }).side() == Side::usage);
}

TEST_CASE("tar blob input: index.json is the root where it lists the platforms itself", "[inputs]") {
  Archive archive;
  const std::string index = archive.store.blobs.at(archive.root.digest);
  member_of(archive.members, "index.json").bytes = index;

  CHECK(archive.open().root().digest == archive.root.digest);
}

TEST_CASE("tar blob input: blobs and documents come by digest", "[inputs]") {
  const Archive archive;
  TarBlobInput input = archive.open();
  (void)input.root();

  for (const auto& [digest, bytes] : archive.store.blobs)
    CHECK(drain(*input.blob({.media_type = {}, .digest = digest})) == bytes);
  CHECK(input.document(archive.root).bytes == archive.store.blobs.at(archive.root.digest));
  CHECK(error_of([&] { (void)input.blob({.media_type = {}, .digest = sha256("none")}); }).code() == Errc::not_found);
}

TEST_CASE("tar blob input: what is missing or wrong is named", "[inputs]") {
  Archive archive;
  const std::string root = Archive::name_of(archive.root.digest);

  SECTION("no such name") {
    const Error error = archive.refusal({.image = *Reference::parse("occy/test:2")});
    CHECK(error.code() == Errc::not_found);
    CHECK_THAT(error.what(), contains_text("expected occy/test:2, found occy/test:1"));
  }
  SECTION("no such blob") {
    remove_member(archive.members, root);
    CHECK(archive.refusal().code() == Errc::not_found);
    CHECK_THAT(archive.refusal().what(), contains_text(root));
  }
  SECTION("other bytes") {
    member_of(archive.members, root).bytes[20] ^= 1;
    CHECK(archive.refusal().code() == Errc::digest_mismatch);
  }
  SECTION("a blob twice") {
    archive.members.push_back(member_of(archive.members, root));
    CHECK_THAT(archive.refusal().what(), contains_text("expected one member of this name, found several"));
  }
  SECTION("no layout") {
    remove_member(archive.members, "oci-layout");
    CHECK(archive.refusal().code() == Errc::unsupported);
    CHECK_THAT(archive.refusal().what(), contains_text("holds no index for several platforms"));
  }
  SECTION("a layout of another version") {
    member_of(archive.members, "oci-layout").bytes = R"({"imageLayoutVersion":"2.0.0"})";
    CHECK(archive.refusal().code() == Errc::unsupported);
  }
  SECTION("no index") {
    member_of(archive.members, "index.json").bytes = "[]";
    CHECK(archive.refusal().code() == Errc::bad_document);
  }
}

TEST_CASE("tar blob input: a file that is no whole archive is refused", "[inputs]") {
  const Archive archive;
  const std::string bytes = tar_archive(archive.members);
  const auto refusal = [&](const std::string& content) {
    const fs::path path = write_file(archive.directory / "a.tar", content);
    return error_of([&] { (void)TarBlobInput(path).root(); });
  };

  CHECK(refusal(bytes.substr(0, bytes.size() - 1024)).code() == Errc::bad_archive);
  CHECK(refusal("").code() == Errc::bad_archive);
  CHECK_THAT(refusal(gzip(bytes)).what(), contains_text("compressed"));
  CHECK(error_of([&] { (void)TarBlobInput(archive.directory / "none").root(); }).code() == Errc::not_found);
}
