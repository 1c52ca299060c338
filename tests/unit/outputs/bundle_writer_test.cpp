#include "occy/outputs/bundle.hpp"

#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "outputs/runtime_spec.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/layer_builder.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;

namespace {

namespace js = boost::json;

ImageConfig config_with(const std::string& run, const TestImage& image) {
  return ImageConfig::parse(R"({"architecture":"amd64","os":"linux","created":"2024-01-01T00:00:00Z","config":)" + run +
                            R"(,"rootfs":{"type":"layers","diff_ids":[")" + image.config.diff_ids()[0].str() +
                            R"("]}})")
      .value();
}

/// An image whose config says `run`, and which has users.
TestImage make_runnable(const std::string& run, LayerBuilder layer = {}) {
  layer.file("etc/passwd", "root:x:0:0::/:\napp:x:1000:1001::/:\n").file("etc/group", "video:x:44:app\n");
  auto image = make_image({layer.tar()});
  image.config = config_with(run, image);
  return image;
}

js::object written_spec(const TestImage& image) {
  const TempDir directory;
  MemoryInput input(image);
  BundleWriter output(directory / "bundle");
  write_image(input, output);
  CHECK(output.verify(VerifyLevel::full).find("verify.ok") != nullptr);
  return js::parse(read_file(directory / "bundle/config.json")).as_object();
}

bool is_root() { return ::geteuid() == 0; }

}  // namespace

TEST_CASE("bundle output: the image's config becomes what a runtime reads", "[outputs]") {
  const auto spec = written_spec(make_runnable(
      R"({"Entrypoint":["/bin/run"],"Cmd":["-v","x"],"Env":["A=1","B=ü"],"WorkingDir":"/srv","User":"app",)"
      R"("Hostname":"box","Labels":{"note":"x","org.opencontainers.image.author":"me"},"StopSignal":"SIGINT",)"
      R"("ExposedPorts":{"80/tcp":{},"53/udp":{}}})"));
  const auto& process = spec.at("process").as_object();

  CHECK(spec.at("ociVersion") == "1.0.2");
  CHECK(spec.at("root").at("path") == "rootfs");
  CHECK(spec.at("hostname") == "box");
  CHECK(process.at("terminal") == false);
  CHECK(js::serialize(process.at("args")) == R"(["/bin/run","-v","x"])");
  CHECK(process.at("env").as_array().at(0).as_string().starts_with("PATH=/usr/local/sbin:"));
  CHECK(process.at("env").as_array().at(2) == "B=ü");
  CHECK(process.at("cwd") == "/srv");
  CHECK(js::serialize(process.at("user")) ==
        (is_root() ? R"({"uid":1000,"gid":1001,"additionalGids":[44]})" : R"({"uid":0,"gid":0})"));
  const auto& annotations = spec.at("annotations").as_object();
  CHECK(annotations.at("note") == "x");
  CHECK(annotations.at("org.opencontainers.image.author") == "me");
  CHECK(annotations.at("org.opencontainers.image.os") == "linux");
  CHECK(annotations.at("org.opencontainers.image.stopSignal") == "SIGINT");
  CHECK(annotations.at("org.opencontainers.image.exposedPorts") == "80/tcp,53/udp");
}

TEST_CASE("bundle output: what the config leaves open has defaults", "[outputs]") {
  const auto image = make_runnable("null");
  const auto spec = written_spec(image);
  const auto& process = spec.at("process").as_object();

  CHECK(js::serialize(process.at("args")) == R"(["sh"])");
  CHECK(process.at("cwd") == "/");
  CHECK(process.at("env").as_array().size() == 1);
  CHECK(spec.at("hostname").as_string() == image.config.digest().short_hex());
}

TEST_CASE("bundle output: a PATH of the image stays the only one", "[outputs]") {
  const auto spec = written_spec(make_runnable(R"({"Env":["PATH=/only"],"Cmd":["x"],"WorkingDir":"relative"})"));

  CHECK(js::serialize(spec.at("process").at("env")) == R"(["PATH=/only"])");
  CHECK(spec.at("process").at("cwd") == "/relative");
}

TEST_CASE("bundle output: a command that the image does not name is remarked", "[outputs]") {
  const TempDir directory;
  MemoryInput input(make_runnable("{}"));
  BundleWriter output(directory / "bundle");
  write_image(input, output);

  CHECK(output.remarks().find("bundle.args") != nullptr);
}

TEST_CASE("bundle output: users are those of the image, also through links, never the host's", "[outputs]") {
  const auto image = make_image({LayerBuilder()
                                     .file("usr/etc/passwd", "inside:x:4711:4712::/:\n")
                                     .directory("etc/")
                                     .symbolic_link("etc/passwd", "/usr/etc/passwd")
                                     .symbolic_link("etc/group", "../../../../etc/group")  // itself
                                     .tar()});
  TestImage inside = image;
  inside.config = config_with(R"({"User":"inside","Cmd":["x"]})", image);
  TestImage outside = image;
  outside.config = config_with(R"({"User":"root:root","Cmd":["x"]})", image);
  const TempDir directory;

  if (is_root()) CHECK(written_spec(inside).at("process").at("user").at("uid") == 4711);
  MemoryInput input(outside);
  {
    BundleWriter output(directory / "bundle");
    CHECK(error_of([&] { write_image(input, output); }).code() == Errc::not_found);
  }
  CHECK(directory.names().empty());
}

TEST_CASE("bundle output: a fifo or a device that claims to be the list of users is none", "[outputs]") {
  auto image = make_image({LayerBuilder().add(entry_of(EntryType::fifo, "etc/passwd")).tar()});
  image.config = config_with(R"({"User":"1","Cmd":["x"]})", image);

  CHECK(written_spec(image).at("process").at("args").as_array().size() == 1);
}

TEST_CASE("bundle output: a config of wrong types is refused", "[outputs]") {
  for (const char* run : {R"({"Cmd":"sh"})", R"({"Env":[1]})", R"({"User":7})", R"({"WorkingDir":[]})"}) {
    const TempDir directory;
    MemoryInput input(make_runnable(run));
    BundleWriter output(directory / "bundle");
    CHECK(error_of([&] { write_image(input, output); }).code() == Errc::bad_document);
  }
}

TEST_CASE("bundle output: a changed config.json is found", "[outputs]") {
  const TempDir directory;
  MemoryInput input(make_runnable("{}"));
  BundleWriter output(directory / "bundle");
  write_image(input, output);

  write_file(directory / "bundle/config.json", read_file(directory / "bundle/config.json") + " ");

  CHECK(output.verify().find("verify.bundle")->subject == (directory / "bundle/config.json").string());
}

TEST_CASE("runtime spec: an ordinary user gets a user namespace and no network of its own", "[outputs]") {
  const auto spec =
      js::parse(outputs::make_runtime_spec({.args = {"x"}}, {}, outputs::Starter::ordinary_user, 1000, 1001));
  const auto namespaces = js::serialize(spec.at("linux").at("namespaces"));

  CHECK(namespaces.find("user") != std::string::npos);
  CHECK(namespaces.find("network") == std::string::npos);
  CHECK(js::serialize(spec.at("linux").at("uidMappings")) == R"([{"containerID":0,"hostID":1000,"size":1}])");
  CHECK(js::serialize(spec.at("linux").at("gidMappings")) == R"([{"containerID":0,"hostID":1001,"size":1}])");
}
