#include "pipeline/diff_config.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace occy;

namespace {

ImageConfig config_of(const std::string& members) {
  return ImageConfig::parse(R"({"os":"linux","architecture":"amd64","rootfs":{"type":"layers"},)" + members + "}")
      .value();
}

// "[POINTER A B]" of each value that differs.
std::string compared(const std::string& a, const std::string& b) {
  std::string text;
  for (const ConfigDifference& value : pipeline::compare_configs(config_of(a), config_of(b), {}))
    text += "[" + value.pointer + " " + value.in_a.value_or("none") + " " + value.in_b.value_or("none") + "]";
  return text;
}

ImageConfig image_of(const std::vector<std::string>& layers) {
  ConfigRecipe recipe{.platform = {.os = "linux", .architecture = "amd64"}, .diff_ids = {}};
  for (const std::string& layer : layers) {
    recipe.diff_ids.push_back(sha256(layer));
    recipe.history.push_back({.created = "", .created_by = "make " + layer, .author = "", .comment = ""});
  }
  return ImageConfig::make(recipe);
}

// "A=B" of a shared layer, "A-" and "+B" of the others, and the step that made it.
std::string paired(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::string text;
  for (const LayerDifference& layer : pipeline::compare_layers(image_of(a), image_of(b))) {
    const char* sign = layer.shared() ? "=" : layer.in_a ? "-" : "+";
    text += "[" + (layer.in_a ? std::to_string(*layer.in_a) : "") + sign +
            (layer.in_b ? std::to_string(*layer.in_b) : "") + " " + layer.created_by + "]";
  }
  return text;
}

}  // namespace

TEST_CASE("diff of configs: value by value, with pointers", "[pipeline]") {
  CHECK(
      compared(R"("config":{"Env":["A=1","B=2"],"User":"0"})", R"("config":{"Cmd":["sh"],"Env":["A=1"],"User":"1"})") ==
      R"([/config/Cmd none ["sh"]][/config/Env/1 "B=2" none][/config/User "0" "1"])");
  CHECK(compared(R"("config":{"Labels":{"x/y~z":"1"}})", R"("config":{"Labels":{"x/y~z":2}})") ==
        R"([/config/Labels/x~1y~0z "1" 2])");
  CHECK(compared(R"("a":{},"b":null)", R"("a":[])") == "[/a {} []][/b null none]");
  CHECK(compared(R"("a":1,"b":{"c":2,"d":3})", R"("b":{"d":3,"c":2},"a":1)").empty());
}

TEST_CASE("diff of configs: diff_ids are told as layers", "[pipeline]") {
  CHECK(pipeline::compare_configs(image_of({"one"}), image_of({"one"}), {}).empty());
  CHECK(paired({"one", "two"}, {"one", "three"}) == "[0=0 make one][1- make two][+1 make three]");
  CHECK(paired({"one", "two"}, {"two", "one"}) == "[0=1 make one][1=0 make two]");
  CHECK(paired({"one", "two", "one"}, {"one", "three"}) == "[0=0 make one][1- make two][2- make one][+1 make three]");
}

TEST_CASE("diff of configs: times of creation are known as such", "[pipeline]") {
  CHECK(pipeline::is_creation_time({.pointer = "/created"}));
  CHECK(pipeline::is_creation_time({.pointer = "/history/3/created"}));
  CHECK_FALSE(pipeline::is_creation_time({.pointer = "/history/3/created_by"}));
  CHECK_FALSE(pipeline::is_creation_time({.pointer = "/config/created"}));
}
