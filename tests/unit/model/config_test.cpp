#include "occy/config.hpp"

#include "occy/error.hpp"
#include "support/catch.hpp"

using occy::ConfigRecipe;
using occy::Digest;
using occy::HistoryEntry;
using occy::ImageConfig;
using occy::Limits;

namespace {

const std::string kFirst = "sha256:" + std::string(64, '1');
const std::string kSecond = "sha256:" + std::string(64, '2');

std::string document(const std::string& more, const std::string& diff_ids = "") {
  return R"({"os":"linux","architecture":"arm64","rootfs":{"type":"layers","diff_ids":[)" + diff_ids + "]}" + more +
         "}";
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string config_refusal(std::string text, const Limits& limits = {}) {
  const auto config = ImageConfig::parse(std::move(text), limits);
  return config ? "(accepted)" : config.error().message;
}

ConfigRecipe recipe() {
  return {
      .platform = {"linux", "arm64", "v8"},
      .diff_ids = {Digest::parse(kFirst).value(), Digest::parse(kSecond).value()},
      .history = {{.created = "2024-01-02T03:04:05Z", .created_by = "COPY \"a\" \\ b\n", .author = {}, .comment = {}},
                  {.created = {},
                   .created_by = "ENV",
                   .author = "me",
                   .comment = "c",
                   .kind = HistoryEntry::Kind::metadata_only},
                  {.created = {}, .created_by = "RUN", .author = {}, .comment = {}}},
      .command = {"sh", "-c", "echo"},
      .environment = {"PATH=/bin"},
      .working_directory = "/srv"};
}

}  // namespace

TEST_CASE("config: what occy needs is read, the bytes stay as they came", "[model]") {
  const std::string text =
      document(R"(, "variant":"v8", "created":"2024-01-02T03:04:05Z", "x":{"unknown":[1, 2]})", quoted(kFirst));

  const ImageConfig config = ImageConfig::parse(text).value();

  CHECK(config.bytes() == text);
  CHECK(config.digest() == occy::sha256(text));
  CHECK(to_string(config.platform()) == "linux/arm64/v8");
  CHECK(config.rootfs_type() == "layers");
  REQUIRE(config.diff_ids().size() == 1);
  CHECK(config.diff_ids()[0].str() == kFirst);
  CHECK(config.created() == "2024-01-02T03:04:05Z");
  CHECK(config.history().empty());
}

TEST_CASE("config: history steps with and without a layer are told apart", "[model]") {
  const ImageConfig config =
      ImageConfig::parse(
          document(
              R"(,"history":[{"created_by":"a","empty_layer":true},{"created_by":"b","author":"me"},{"empty_layer":false}])",
              quoted(kFirst) + "," + quoted(kSecond)))
          .value();

  REQUIRE(config.history().size() == 3);
  CHECK(config.history()[0].kind == HistoryEntry::Kind::metadata_only);
  CHECK(config.history()[1].author == "me");
  REQUIRE(history_of_layer(config, 0) != nullptr);
  CHECK(history_of_layer(config, 0)->created_by == "b");
  CHECK(history_of_layer(config, 1) == &config.history()[2]);
  CHECK(history_of_layer(config, 2) == nullptr);
}

TEST_CASE("config: a history of another length tells nothing about a layer", "[model]") {
  const ImageConfig config =
      ImageConfig::parse(document(R"(,"history":[{"created_by":"a"}])", quoted(kFirst) + "," + quoted(kSecond)))
          .value();

  CHECK(history_of_layer(config, 0) == nullptr);
}

TEST_CASE("config: an image without layers may leave diff_ids out or null", "[model]") {
  CHECK(ImageConfig::parse(R"({"os":"a","architecture":"b","rootfs":{"type":"layers"}})").value().diff_ids().empty());
  CHECK(config_refusal(R"({"os":"a","architecture":"b","rootfs":{"type":"layers","diff_ids":null}})") == "(accepted)");
}

TEST_CASE("config: members that are missing or of another kind are refused by name", "[model]") {
  CHECK(config_refusal("[]") == "config: expected an object, found an array");
  CHECK(config_refusal("{}") == "config: rootfs: expected an object");
  CHECK(config_refusal(R"({"rootfs":[]})") == "config: rootfs: expected an object");
  CHECK(config_refusal(R"({"architecture":"a","rootfs":{"type":"layers"}})") ==
        "config: os: expected a string, found nothing");
  CHECK(config_refusal(R"({"os":"a","rootfs":{"type":"layers"}})") ==
        "config: architecture: expected a string, found nothing");
  CHECK(config_refusal(R"({"os":"a","architecture":"b","rootfs":{"diff_ids":[]}})") ==
        "config: rootfs: type: expected a string, found nothing");
  CHECK(config_refusal(document("", "1")) == "config: rootfs: diff_ids[0]: expected a string, found a number");
  CHECK(config_refusal(document("", quoted(kFirst) + ",\"sha256:00\"")) ==
        "config: rootfs.diff_ids[1]: digest: expected 64 hexadecimal digits, found 2");
  CHECK(config_refusal(document(R"(,"history":{})")) == "config: history: expected an array, found an object");
  CHECK(config_refusal(document(R"(,"history":[1])")) == "config: history[0]: expected an object, found a number");
  CHECK(config_refusal(document(R"(,"history":[{"comment":1}])")) ==
        "config: history[0]: comment: expected a string, found a number");
  CHECK(config_refusal(document(R"(,"history":[{},{"empty_layer":1}])")) ==
        "config: history[1]: empty_layer: expected a boolean, found a number");
  CHECK(config_refusal(document(R"(,"created":1)")) == "config: created: expected a string, found a number");
  CHECK(config_refusal(document(R"(,"variant":[])")) == "config: variant: expected a string, found an array");
}

TEST_CASE("config: a document that is ambiguous or over a limit is refused", "[model]") {
  Limits limits;
  limits.layers = 1;

  CHECK(config_refusal(document(R"(,"os":"windows")")) == "config: the key \"os\" comes twice in one object");
  CHECK(config_refusal("") == "config: the text ends before the value does");
  CHECK(config_refusal(document("", quoted(kFirst) + "," + quoted(kSecond)), limits) ==
        "config: rootfs.diff_ids: expected at most 1 layers, found 2");
}

TEST_CASE("config: what is made is written as engines write it, and the same every time", "[model]") {
  const ImageConfig config = ImageConfig::make(recipe());

  CHECK(config.bytes() ==
        R"({"architecture":"arm64","config":{"Env":["PATH=/bin"],"Cmd":["sh","-c","echo"],"WorkingDir":"/srv"},)"
        R"("created":"1970-01-01T00:00:00Z","history":[{"created":"2024-01-02T03:04:05Z","created_by":)"
        R"("COPY \"a\" \\ b\n"},{"created_by":"ENV","author":"me","comment":"c","empty_layer":true},)"
        R"({"created_by":"RUN"}],"os":"linux","rootfs":{"type":"layers","diff_ids":[")" +
            kFirst + "\",\"" + kSecond + R"("]},"variant":"v8"})");
  CHECK(ImageConfig::make(recipe()).digest() == config.digest());
}

TEST_CASE("config: what is made is read back", "[model]") {
  const ImageConfig config = ImageConfig::make(recipe());

  CHECK(config.platform() == recipe().platform);
  CHECK(config.diff_ids() == recipe().diff_ids);
  REQUIRE(history_of_layer(config, 1) != nullptr);
  CHECK(history_of_layer(config, 1)->created_by == "RUN");
}

TEST_CASE("config: a recipe that is not UTF-8 is refused", "[model]") {
  ConfigRecipe wrong = recipe();
  wrong.working_directory = "/\xff";

  CHECK_THROWS_AS(ImageConfig::make(wrong), occy::Error);
}
