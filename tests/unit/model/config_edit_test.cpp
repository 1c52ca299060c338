#include "model/config_edit.hpp"

#include "support/catch.hpp"

namespace occy::test {
namespace {

const std::string kFirstLayer = "sha256:" + std::string(64, '1');
const std::string kSecondLayer = "sha256:" + std::string(64, '2');
const std::string kOther = "sha256:" + std::string(64, 'a');

// What a parser and a serialiser would not give back: white space, numbers of odd forms, members in no order, escapes.
std::string odd_document(const std::string& first, const std::string& second, const std::string& created,
                         const std::string& step) {
  return "{ \"x\": [1.10, 1e2, -0, 123456789012345678901234567890, \"\\u0041\\\"]}\", {\"created\": \"inner\"}],\n"
         "  \"rootfs\": {\"diff_ids\": [\"" +
         first + "\",\n\"" + second + "\"], \"type\": \"layers\", \"y\": \"" + kFirstLayer +
         "\"},\n"
         "  \"os\": \"linux\", \"architecture\": \"amd64\", \"created\": \"" +
         created +
         "\",\n"
         "  \"config\": {\"Labels\": {\"created\": \"a label\", \"/history/0/created\": \"another\"}},\n"
         "  \"history\": [{\"created_by\": \"a\"}, {\"created\": null}, {\"comment\": \"created\", \"cre\\u0061ted\": "
         "\"" +
         step + "\"}] }\n";
}

ImageConfig parsed_config(const std::string& text) { return ImageConfig::parse(text).value(); }

std::vector<Digest> digests(const std::vector<std::string>& texts) {
  std::vector<Digest> digests;
  for (const std::string& text : texts) digests.push_back(Digest::parse(text).value());
  return digests;
}

}  // namespace

TEST_CASE("config edit: other diff_ids leave every other byte as it was", "[model]") {
  const ImageConfig config = parsed_config(odd_document(kFirstLayer, kSecondLayer, "2024-01-02T03:04:05Z", "then"));

  const std::string edited = replace_diff_ids(config, digests({kFirstLayer, kOther}));

  CHECK(edited == odd_document(kFirstLayer, kOther, "2024-01-02T03:04:05Z", "then"));
  CHECK(parsed_config(edited).diff_ids() == digests({kFirstLayer, kOther}));
}

TEST_CASE("config edit: the same diff_ids give the same bytes", "[model]") {
  const ImageConfig config = parsed_config(odd_document(kFirstLayer, kSecondLayer, "now", "then"));

  CHECK(replace_diff_ids(config, config.diff_ids()) == config.bytes());
}

TEST_CASE("config edit: an image without layers has nothing to replace", "[model]") {
  const std::string text = R"({"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":null}})";

  CHECK(replace_diff_ids(parsed_config(text), {}) == text);
}

TEST_CASE("config edit: times of creation change in the config and in its history, and nowhere else", "[model]") {
  const ImageConfig config =
      parsed_config(odd_document(kFirstLayer, kSecondLayer, "2024-01-02T03:04:05Z", "2023-01-02T03:04:05Z"));
  std::vector<std::string> shown;

  const std::string edited = replace_created(config, [&](const CreatedTime& created) {
    shown.push_back((created.step ? std::to_string(*created.step) : "own") + " " + created.text);
    return std::string("1970-01-01T00:00:00Z");
  });

  CHECK(edited == odd_document(kFirstLayer, kSecondLayer, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"));
  CHECK(shown == std::vector<std::string>{"own 2024-01-02T03:04:05Z", "2 2023-01-02T03:04:05Z"});
}

TEST_CASE("config edit: what takes the place of a time is written as JSON", "[model]") {
  const ImageConfig config = parsed_config(odd_document(kFirstLayer, kSecondLayer, "now", "then"));

  const ImageConfig edited = parsed_config(replace_created(config, [](const CreatedTime&) { return "a\"b\\c\n"; }));

  CHECK(edited.created() == "a\"b\\c\n");
}

}  // namespace occy::test
