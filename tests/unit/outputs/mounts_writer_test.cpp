#include "occy/outputs/mounts.hpp"

#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "outputs/mounts_document.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/layer_builder.hpp"
#include "support/temp_dir.hpp"
#include "support/tree_listing.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;

namespace {

namespace js = boost::json;

js::object read_document(const std::filesystem::path& path) { return js::parse(read_file(path)).as_object(); }

std::string name_of(const TestImage& image, std::size_t position) {
  return std::to_string(position) + "-" + image.config.diff_ids()[position].short_hex();
}

TestImage make_image_to_mount() {
  return make_image({LayerBuilder().file("a", "1").file("b", "1").tar(), LayerBuilder().file(".wh.a").tar()});
}

}  // namespace

TEST_CASE("mounts output: a directory for each layer, and how to mount them", "[outputs]") {
  const TempDir directory;
  const auto image = make_image_to_mount();
  MemoryInput input(image, {.order = {1, 0}});
  MountsWriter output(directory / "out");

  write_image(input, output);

  const auto layers = directory.path() / "out/layers";
  CHECK(list_tree(layers / name_of(image, 0)) == "f a: 1\nf b: 1\n");
  CHECK(list_tree(layers / name_of(image, 1)) == "c a 0:0\n");
  const auto document = read_document(directory / "out/mounts.json");
  const std::string options =
      (::geteuid() == 0 ? "ro,lowerdir=" : "ro,userxattr,lowerdir=") + name_of(image, 1) + ":" + name_of(image, 0);
  CHECK(js::serialize(document.at("lowerdir")) ==
        R"(["layers/)" + name_of(image, 1) + R"(","layers/)" + name_of(image, 0) + R"("])");
  CHECK(document.at("layers").at(0).at("diff_id").as_string() == image.config.diff_ids()[0].str());
  CHECK(document.at("options").as_string() == options);
  CHECK(document.at("command").as_string() ==
        "cd '" + layers.string() + "' && mount -t overlay overlay -o " + options + " TARGET");
  CHECK(output.verify(VerifyLevel::full).find("verify.ok") != nullptr);
}

TEST_CASE("mounts output: an overlay of one layer has an empty one below it", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({LayerBuilder().file("a", "1").tar()});
  MemoryInput input(image);
  MountsWriter output(directory / "out");

  write_image(input, output);

  CHECK(js::serialize(read_document(directory / "out/mounts.json").at("lowerdir")) ==
        R"(["layers/)" + name_of(image, 0) + R"(","layers/empty-0"])");
}

TEST_CASE("mounts output: layers below an opaque root are not mounted", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({LayerBuilder().file("old", "1").tar(), LayerBuilder().file(".wh..wh..opq").tar(),
                                 LayerBuilder().file("new", "1").tar()});
  MemoryInput input(image);
  MountsWriter output(directory / "out");

  write_image(input, output);

  CHECK(read_document(directory / "out/mounts.json").at("lowerdir").as_array().size() == 2);
}

TEST_CASE("mounts output: more layers than an overlay takes are refused", "[outputs]") {
  std::vector<std::string> layers;
  for (int i = 0; i <= 500; ++i) layers.push_back(LayerBuilder().file("f", std::to_string(i)).tar());
  const auto image = make_image(layers);
  const TempDir directory;
  {
    MountsWriter output(directory / "out");
    MemoryInput input(make_image({layers[0]}));
    output.begin(input.describe());

    CHECK(error_of([&] { output.put_config(image.config); }).code() == Errc::unsupported);
  }
  CHECK(directory.names().empty());
}

TEST_CASE("mounts output: verification names the layer's very path, and the description", "[outputs]") {
  const TempDir directory;
  const auto image = make_image_to_mount();
  MemoryInput input(image);
  MountsWriter output(directory / "out");
  write_image(input, output);
  const auto whiteout = directory.path() / "out/layers" / name_of(image, 1) / "a";

  std::filesystem::remove(whiteout);
  CHECK(output.verify().find("verify.count") != nullptr);
  CHECK(output.verify(VerifyLevel::full).find("verify.path")->subject == whiteout.string());
  write_file(directory / "out/mounts.json", "{}");
  CHECK(output.verify().find("verify.mounts") != nullptr);
}

TEST_CASE("mounts document: a path is quoted for a shell", "[outputs]") {
  const outputs::MountPlan plan{
      .path = "/it's here", .diff_ids = {}, .names = {}, .fillers = {}, .ownership = tree::Ownership::image};

  const auto document = js::parse(outputs::make_mounts_document(plan));

  CHECK(document.at("command").as_string().starts_with("cd '/it'\\''s here/layers' && mount "));
}
