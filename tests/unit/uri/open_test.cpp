#include <sys/stat.h>

#include <string>
#include <typeinfo>

#include "occy/error.hpp"
#include "occy/inputs/dir.hpp"
#include "occy/inputs/docker.hpp"
#include "occy/inputs/layout.hpp"
#include "occy/inputs/layout_blobs.hpp"
#include "occy/inputs/registry.hpp"
#include "occy/inputs/registry_blobs.hpp"
#include "occy/inputs/tar.hpp"
#include "occy/inputs/tar_blobs.hpp"
#include "occy/inputs/tar_stream.hpp"
#include "occy/outputs/bundle.hpp"
#include "occy/outputs/dir.hpp"
#include "occy/outputs/docker.hpp"
#include "occy/outputs/layout_blobs.hpp"
#include "occy/outputs/mounts.hpp"
#include "occy/outputs/registry_blobs.hpp"
#include "occy/outputs/tar.hpp"
#include "occy/outputs/tar_blobs.hpp"
#include "occy/outputs/tree.hpp"
#include "occy/uri.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace occy {
namespace {

template <class Open>
std::string refusal(Open open) {
  try {
    (void)open();
  } catch (const Error& error) {
    CHECK(error.side() == Side::usage);
    return error.what();
  }
  FAIL("nothing was refused");
  return {};
}

template <class Expected, class Object>
bool is_a(const Object& object) {
  return dynamic_cast<const Expected*>(object.get()) != nullptr;
}

}  // namespace

TEST_CASE("uri: each scheme opens its input and its output, and touches nothing", "[uri]") {
  CHECK(is_a<TarInput>(open_input("tar://none/image.tar?image=debian:12")));
  CHECK(is_a<DockerInput>(open_input("docker://debian:12?socket=/none")));
  CHECK(is_a<TarWriter>(open_output("tar://none/image.tar?name=debian:12")));
  CHECK(is_a<DockerWriter>(open_output("docker://debian:12?socket=/none&export=true")));
  CHECK(is_a<BundleWriter>(open_output("oci://none/bundle")));
  CHECK(is_a<MountsWriter>(open_output("mounts://none/mounts")));
  CHECK(is_a<RegistryInput>(open_input("registry://u:p%40x@r.example:5000/a/b:1?insecure=true&arch=arm&variant=v7")));
  CHECK(is_a<RegistryInput>(open_input("registry://r.example/a?foreign-layers=follow")));
  CHECK(is_a<LayoutInput>(open_input("layout://none/images:12?os=linux&arch=arm&variant=v7")));
  CHECK(is_a<DirInput>(open_input("dir://none/images?image=debian:12")));
  CHECK(is_a<DirWriter>(open_output("dir://none/image?name=debian:12")));
  CHECK(is_a<DirWriter>(open_output("dir://none/images?unique_names=true&expand=false")));
  CHECK(is_a<TreeWriter>(open_output("dir://none/tree?expand=true&name=debian:12&owners=recorded")));
}

TEST_CASE("uri: each scheme that holds whole indexes opens them, the others say which do", "[uri]") {
  CHECK(is_a<TarBlobInput>(open_blob_input("tar://none/image.tar?image=debian:12")));
  CHECK(is_a<LayoutBlobInput>(open_blob_input("layout://none/images:12")));
  CHECK(is_a<RegistryBlobInput>(open_blob_input("registry://r.example/a:1")));
  CHECK(is_a<TarBlobOutput>(open_blob_output("tar://none/image.tar?layout=oci&name=debian:12")));
  CHECK(is_a<LayoutBlobOutput>(open_blob_output("layout://none/images:12")));
  CHECK(is_a<RegistryBlobOutput>(open_blob_output("registry://r.example/a:1")));

  const auto says = [](const std::string& message, const char* words) {
    return message.find(words) != std::string::npos;
  };
  CHECK(says(refusal([] { return open_blob_input("docker://a"); }), "expected tar, registry, layout, found docker"));
  CHECK(says(refusal([] { return open_blob_output("dir://a"); }), "expected tar, registry, layout, found dir"));
  CHECK(says(refusal([] { return open_blob_output("tar://a.tar"); }), "expected tar://PATH?layout=oci"));
  CHECK(says(refusal([] { return open_blob_input("tar://-"); }), "cannot be read from a pipe"));
  CHECK(says(refusal([] { return open_blob_input("tar:///dev/null"); }), "cannot be read from a pipe"));
  CHECK(says(refusal([] { return open_blob_output("tar://-?layout=oci"); }), "standard output"));
}

TEST_CASE("uri: a password is in no message", "[uri]") {
  for (const char* text : {"registry://bob:secret@r.example/A", "registry://bob:secret@r.example/a?x=1",
                           "registry://bob:secret@Debian", "registry://secret@r.example/a",
                           "registry://bob:secret%zz@r.example/a", "registry://bob:secret@r.example/a?x"}) {
    const std::string message = refusal([&] { return open_input(text); });
    INFO(message);
    CHECK(message.find("secret") == std::string::npos);
  }
}

TEST_CASE("uri: a fifo is read as a stream", "[uri]") {
  const test::TempDir directory;
  const auto fifo = directory.path() / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);

  CHECK(is_a<TarStreamInput>(open_input("tar://" + fifo.string())));
  CHECK(is_a<TarStreamInput>(open_input("tar:///dev/null")));
}

TEST_CASE("uri: a stop request ends the wait for a fifo that nobody writes", "[uri]") {
  const test::TempDir directory;
  const auto fifo = directory.path() / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  std::stop_source stop;
  OpenOptions options;
  options.engine.stop = stop.get_token();
  const auto input = open_input("tar://" + fifo.string(), options);
  stop.request_stop();

  try {
    (void)input->next_layer();
    FAIL("it did not throw");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::cancelled);
  }
}

TEST_CASE("uri: an input's wrong URI is refused with what is known", "[uri]") {
  const auto [text, words] = GENERATE(table<std::string, std::string>({
      {"ftp://x", "expected tar, docker, registry, dir, "},
      {"tar://a?colour=red", "expected image, found colour"},
      {"tar://a?name=x", "expected image, found name"},
      {"docker://a?export=true", "expected socket, found export"},
      {"tar://", "no path"},
      {"tar://a?image=UPPER", "not an image name: 'UPPER'"},
      {"docker://", "not an image name: ''"},
      {"oci://a", "oci:// is a destination only"},
      {"layout://", "no path"},
      {"layout://a?architecture=arm", "expected image, os, arch, variant, found architecture"},
      {"registry://a?foreign-layers=yes", "expected refuse, follow, found yes"},
      {"layout://a@sha256:12", "not a digest"},
      {"layout://a:UP/PER:-x", "not an image name"},
      {"docker://a b", "not an image name: 'a b'"},
  }));

  CHECK(refusal([&, uri = text] { return open_input(uri); }).find(words) != std::string::npos);
}

TEST_CASE("uri: an output's wrong URI is refused with what is known", "[uri]") {
  const auto [text, words] = GENERATE(table<std::string, std::string>({
      {"tar://a?image=x", "expected name, layout, found image"},
      {"tar://-", "standard output"},
      {"docker://a?export=yes", "expected true or false, found yes"},
      {"dir://a?expand=true&unique_names=true", "expected expand=true or unique_names=true"},
      {"dir://a?owners=image", "expected expand=true"},
      {"dir://a?unique_names=1", "expected true or false, found 1"},
      {"dir://a?expand=true&owners=nobody", "expected image, recorded, found nobody"},
      {"docker://a@sha256:" + std::string(64, 'a'), "digest"},
  }));

  CHECK(refusal([&, uri = text] { return open_output(uri); }).find(words) != std::string::npos);
}

}  // namespace occy
