#include "occy/outputs/tar_blobs.hpp"

#include <algorithm>

#include "occy/index_copy.hpp"
#include "occy/inputs/tar.hpp"
#include "occy/inputs/tar_blobs.hpp"
#include "support/archive_members.hpp"
#include "support/blob_store.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/tampered_archive.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;
namespace fs = std::filesystem;

namespace {

IndexCopyReport copy_to_tar(const fs::path& archive, const UsualIndex& source, TarBlobOutputOptions options = {},
                            unsigned jobs = 4) {
  MemoryBlobInput input(source.store, source.root);
  TarBlobOutput output(archive, std::move(options));
  IndexCopyReport report = copy_index(input, output, {.verify = VerifyLevel::full, .jobs = jobs});
  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  return report;
}

std::string member_name(const Digest& digest) { return "blobs/sha256/" + digest.hex(); }

/// Copies, spoils what landed, and asks for the proof again.
CheckResults verified_tar_after(VerifyLevel level, const std::function<void(TamperedArchive&)>& spoil) {
  const TempDir directory;
  const UsualIndex source;
  MemoryBlobInput input(source.store, source.root);
  TarBlobOutput output(directory / "a.tar");
  (void)copy_index(input, output, {.verify = std::nullopt});
  TamperedArchive archive(read_file(directory / "a.tar"));
  spoil(archive);
  write_file(directory / "a.tar", archive.bytes());
  return output.verify(level);
}

std::vector<std::string> names_in(const fs::path& archive) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : archive_members(read_file(archive))) names.push_back(name);
  return names;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

TEST_CASE("tar blobs: an index goes into an archive and out of it with every digest", "[outputs]") {
  const TempDir directory;
  const UsualIndex source;

  const IndexCopyReport report = copy_to_tar(directory / "a.tar", source);

  TarBlobInput input(directory / "a.tar");
  MemoryBlobOutput back;
  (void)copy_index(input, back);
  CHECK(back.store.blobs == source.store.blobs);
  CHECK(back.root->digest == source.root.digest);
  CHECK(back.root->media_type == source.root.media_type);
  CHECK(report.verification->find("verify.ok")->message == "all 5 manifests and 9 blobs verified");
  CHECK(directory.names() == std::vector<std::string>{"a.tar"});
}

TEST_CASE("tar blobs: the archive is an OCI layout, and each document and blob is in it once", "[outputs]") {
  const TempDir directory;
  const UsualIndex source;

  copy_to_tar(directory / "a.tar", source);

  auto names = names_in(directory / "a.tar");
  REQUIRE(names.size() == source.store.blobs.size() + 2);
  CHECK(names[names.size() - 3] == member_name(source.root.digest));
  CHECK(names[names.size() - 2] == "index.json");
  CHECK(names[names.size() - 1] == "oci-layout");
  for (const auto& [digest, bytes] : source.store.blobs) CHECK(has(names, member_name(digest)));
}

TEST_CASE("tar blobs: the bytes depend on the index alone", "[outputs]") {
  const TempDir directory;
  const UsualIndex source;
  for (const unsigned jobs : {1U, 8U}) copy_to_tar(directory / std::to_string(jobs), source, {}, jobs);

  CHECK(read_file(directory / "1") == read_file(directory / "8"));
}

TEST_CASE("tar blobs: the index has the name that is asked for, else the source's", "[outputs]") {
  const TempDir directory;
  const UsualIndex source;
  const std::string name = R"("io.containerd.image.name":"docker.io/occy/many:2")";

  copy_to_tar(directory / "a.tar", source, {.names = std::vector{*Reference::parse("occy/many:2")}});
  TarBlobInput input(directory / "a.tar");
  TarBlobOutput output(directory / "b.tar");
  (void)copy_index(input, output);

  for (const char* archive : {"a.tar", "b.tar"}) {
    const auto members = archive_members(read_file(directory / archive));
    CHECK_THAT(members[members.size() - 2].second, contains_text(name));
  }
  const Error error = error_of([&] {
    copy_to_tar(directory / "c.tar", source, {.names = std::vector{*Reference::parse("a@" + sha256("").str())}});
  });
  CHECK(error.code() == Errc::unsupported);
}

TEST_CASE("tar blobs: a root that is one image can be read as an image, too", "[outputs]") {
  const TempDir directory;
  UsualIndex source;
  source.root = source.store.add_whole_image(1);

  copy_to_tar(directory / "a.tar", source, {.names = std::vector{*Reference::parse("occy/one:1")}});

  TarInput image(directory / "a.tar");
  CHECK(image.describe().layers->size() == 2);
  CHECK(image.describe().references.front().str() == "occy/one:1");
  CHECK(image.describe().manifest->digest == source.root.digest);
  CHECK_FALSE(image.check_structure().has_errors());
}

TEST_CASE("tar blobs: a document that is a layer of some image, too, is there once", "[outputs]") {
  const TempDir directory;
  UsualIndex source;
  const Descriptor image = source.store.add_image("image");
  const Descriptor config = source.store.add("{}", "application/vnd.oci.image.config.v1+json");
  const std::string text = R"({"schemaVersion":2,"config":{"mediaType":")" + config.media_type + R"(","digest":")" +
                           config.digest.str() + R"(","size":2},"layers":[{"mediaType":"a/b","digest":")" +
                           image.digest.str() + R"(","size":)" + std::to_string(image.size) + "}]}";
  const Descriptor about = source.store.add(text, "application/vnd.oci.image.manifest.v1+json");
  source.root = source.store.add_index({{.descriptor = image}, {.descriptor = about}});

  copy_to_tar(directory / "a.tar", source);

  const auto names = names_in(directory / "a.tar");
  CHECK(std::count(names.begin(), names.end(), member_name(image.digest)) == 1);
}

TEST_CASE("tar blobs: after a failure there is no archive, and nothing else", "[outputs]") {
  const TempDir directory;
  UsualIndex source;
  source.store.blobs.at(source.first_layer())[7] ^= 1;
  MemoryBlobInput input(source.store, source.root);

  {
    TarBlobOutput output(directory / "a.tar");
    CHECK(error_of([&] { (void)copy_index(input, output); }).code() == Errc::digest_mismatch);
  }

  CHECK(directory.names().empty());
}

TEST_CASE("tar blobs: an archive that cannot be finished is gone at once", "[outputs]") {
  const TempDir directory;
  const UsualIndex source;
  const Digest digest = source.first_layer();
  TarBlobOutput output(directory / "a.tar");
  output.begin({}, {{.media_type = "", .digest = digest, .size = source.store.blobs.at(digest).size()}});

  CHECK(error_of([&] { output.finalize(source.store.document(source.root)); }).code() == Errc::not_found);

  CHECK(directory.names().empty());
}

TEST_CASE("tar blobs: sizes that no archive can hold are refused before a blob is read", "[outputs]") {
  const TempDir directory;
  {
    TarBlobOutput output(directory / "a.tar");
    const Descriptor huge{.media_type = "", .digest = sha256("x"), .size = std::uint64_t{1} << 61U};
    CHECK(error_of([&] { output.begin({}, {huge}); }).code() == Errc::limit);
  }
  CHECK(directory.names().empty());
}

TEST_CASE("tar blobs: what does not stand there as it was written is found, by name", "[outputs]") {
  const UsualIndex source;
  const std::string layer = member_name(source.first_layer());
  const std::string root = member_name(source.root.digest);
  const auto expect = [](VerifyLevel level, const std::string& check, const std::string& member, auto spoil) {
    const CheckResults results = verified_tar_after(level, spoil);
    REQUIRE(results.find(check) != nullptr);
    CHECK_THAT(results.find(check)->subject, contains_text(member));
    CHECK(results.find("verify.ok") == nullptr);
  };
  const auto flip = [](const std::string& member) {
    return [member](TamperedArchive& archive) { archive.flip(member, 20); };
  };

  expect(VerifyLevel::standard, "verify.manifest", root, flip(root));
  expect(VerifyLevel::standard, "verify.index", "index.json", flip("index.json"));
  expect(VerifyLevel::standard, "verify.layout", "oci-layout", flip("oci-layout"));
  expect(VerifyLevel::standard, "verify.layer", layer,
         [&](TamperedArchive& archive) { archive.rename(layer, "blobs/sha256/none"); });
  expect(VerifyLevel::standard, "verify.layer", layer, [&](TamperedArchive& archive) { archive.resize(layer, -1); });
  expect(VerifyLevel::standard, "verify.tarball", "a.tar", [](TamperedArchive& archive) { archive.cut(1024); });
  expect(VerifyLevel::full, "verify.digest", layer, flip(layer));
  CHECK_FALSE(verified_tar_after(VerifyLevel::standard, flip(layer)).has_errors());
  CHECK(verified_tar_after(VerifyLevel::full, [](TamperedArchive&) {}).find("verify.ok") != nullptr);
}

TEST_CASE("tar blobs: an archive that was never published is an error and no exception", "[outputs]") {
  CHECK(TarBlobOutput("nowhere").verify(VerifyLevel::full).find("verify.tarball") != nullptr);
}
