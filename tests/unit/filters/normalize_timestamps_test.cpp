#include "occy/filters/normalize_timestamps.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"

using occy::ConfigRecipe;
using occy::Digest;
using occy::Entry;
using occy::HistoryEntry;
using occy::ImageConfig;
using occy::ImageDescription;
using occy::LayerInfo;
using occy::NormalizeTimestampsFilter;
using occy::NormalizeTimestampsOptions;
using occy::Time;
using Mode = occy::NormalizeTimestampsOptions::Mode;
using Records = std::vector<std::pair<std::string, std::string>>;

namespace {

Entry visited(NormalizeTimestampsFilter filter, Entry entry) {
  CHECK(filter.visit_layer({})->visit(entry) == occy::Verdict::keep);
  return entry;
}

Digest digest(char fill) { return Digest::parse_hex(std::string(64, fill)).value(); }

HistoryEntry step(const std::string& created, const std::string& what) {
  return {.created = created, .created_by = what};
}

ImageConfig config(const std::vector<Digest>& diff_ids, const std::vector<HistoryEntry>& history,
                   const std::string& created = "2024-01-02T03:04:05.678Z") {
  return ImageConfig::make(ConfigRecipe{.platform = {.os = "linux", .architecture = "amd64"},
                                        .diff_ids = diff_ids,
                                        .history = history,
                                        .created = created});
}

NormalizeTimestampsOptions::BaseImage as_base(const ImageConfig& config) {
  return {.diff_ids = config.diff_ids(), .history = config.history()};
}

ImageDescription description(const ImageConfig& config) { return {.source = "image.tar", .config = config}; }

}  // namespace

TEST_CASE("normalize-timestamps: every time of an entry is set, without a fraction", "[filters]") {
  const Entry entry =
      visited(NormalizeTimestampsFilter({.seconds = 7}), {.path = "x",
                                                          .mtime = {1'700'000'000, 5},
                                                          .records = {{"atime", "1.5"},
                                                                      {"SCHILY.xattr.user.ctime", "9"},
                                                                      {"ctime", "-3"},
                                                                      {"LIBARCHIVE.creationtime", "1700000000"}}});

  CHECK(entry.mtime == Time{7, 0});
  CHECK(entry.records ==
        Records{{"atime", "7"}, {"SCHILY.xattr.user.ctime", "9"}, {"ctime", "7"}, {"LIBARCHIVE.creationtime", "7"}});
}

TEST_CASE("normalize-timestamps: clamp changes later times only", "[filters]") {
  const NormalizeTimestampsFilter filter({.seconds = 1000, .mode = Mode::clamp});

  CHECK(visited(filter, {.path = "x", .mtime = {999, 5}}).mtime == Time{999, 5});
  CHECK(visited(filter, {.path = "x", .mtime = {1000, 0}}).mtime == Time{1000, 0});
  CHECK(visited(filter, {.path = "x", .mtime = {1000, 1}}).mtime == Time{1000, 0});
  CHECK(visited(filter, {.path = "x", .mtime = {-5, 0}}).mtime == Time{-5, 0});
  CHECK(visited(filter, {.path = "x", .records = {{"atime", "999.5"}, {"ctime", "1000.5"}}}).records ==
        Records{{"atime", "999.5"}, {"ctime", "1000"}});
}

TEST_CASE("normalize-timestamps: the times of the config and its history follow", "[filters]") {
  const ImageConfig before = config({digest('1')}, {step("2023-01-01T00:00:00Z", "a"), step("", "b")});

  const auto after = ImageConfig::parse(*NormalizeTimestampsFilter({.seconds = 86'400}).edit_config(before)).value();

  CHECK(after.created() == "1970-01-02T00:00:00Z");
  CHECK(after.history()[0].created == "1970-01-02T00:00:00Z");
  CHECK(after.history()[1].created.empty());
  CHECK(after.diff_ids() == before.diff_ids());
}

TEST_CASE("normalize-timestamps: clamp leaves earlier times of the config, and texts that are none", "[filters]") {
  const ImageConfig before = config({digest('1')}, {step("2023-01-01T00:00:00+01:00", "a"), step("soon", "b")});

  const auto after =
      ImageConfig::parse(
          *NormalizeTimestampsFilter({.seconds = 1'700'000'000, .mode = Mode::clamp}).edit_config(before))
          .value();

  CHECK(after.created() == "2023-11-14T22:13:20Z");
  CHECK(after.history()[0].created == "2023-01-01T00:00:00+01:00");
  CHECK(after.history()[1].created == "soon");
}

TEST_CASE("normalize-timestamps: the layers and the steps of the base are left alone", "[filters]") {
  const ImageConfig base = config({digest('1')}, {step("2020-01-01T00:00:00Z", "base")});
  const ImageConfig image =
      config({digest('1'), digest('2')}, {step("2020-01-01T00:00:00Z", "base"), step("2024-01-01T00:00:00Z", "own")});
  NormalizeTimestampsFilter filter({.base = as_base(base)});

  filter.begin(description(image));

  CHECK(filter.visit_layer({.diff_id = digest('1')}) == nullptr);
  CHECK(filter.visit_layer({.index = 0}) == nullptr);
  CHECK(filter.visit_layer({.diff_id = digest('2')}) != nullptr);
  const auto after = ImageConfig::parse(*filter.edit_config(image)).value();
  CHECK(after.history()[0].created == "2020-01-01T00:00:00Z");
  CHECK(after.history()[1].created == "1970-01-01T00:00:00Z");
  CHECK(after.created() == "1970-01-01T00:00:00Z");
}

TEST_CASE("normalize-timestamps: without a history of the base, its steps are those up to its highest layer",
          "[filters]") {
  const HistoryEntry metadata{.created = "2021-01-01T00:00:00Z", .kind = HistoryEntry::Kind::metadata_only};
  const ImageConfig image = config({digest('1'), digest('2')}, {metadata, step("2021-01-01T00:00:00Z", "base"),
                                                                metadata, step("2022-01-01T00:00:00Z", "own")});
  NormalizeTimestampsFilter filter({.base = NormalizeTimestampsOptions::BaseImage{.diff_ids = {digest('1')}}});

  const auto after = ImageConfig::parse(*filter.edit_config(image)).value();

  CHECK(after.history()[0].created == "2021-01-01T00:00:00Z");
  CHECK(after.history()[1].created == "2021-01-01T00:00:00Z");
  CHECK(after.history()[2].created == "1970-01-01T00:00:00Z");
  CHECK(after.history()[3].created == "1970-01-01T00:00:00Z");
}

TEST_CASE("normalize-timestamps: an image that is not built on the base is refused", "[filters]") {
  using occy::test::error_of;
  const ImageConfig base = config({digest('1'), digest('2')}, {});
  const auto refusal = [&](const ImageDescription& image) {
    return error_of([&] { NormalizeTimestampsFilter({.base = as_base(base)}).begin(image); });
  };

  const auto other = refusal(description(config({digest('1'), digest('3'), digest('2')}, {})));
  CHECK(other.side() == occy::Side::filter);
  CHECK(other.detail().subject == "image.tar");
  CHECK(other.detail().what == "keep-base: layer 1 is not that of the base image");
  CHECK(other.detail().expected == digest('2').str());
  CHECK(other.detail().found == digest('3').str());
  CHECK(refusal(description(config({digest('1')}, {}))).detail().found == "1 layers");
  CHECK(refusal({.source = "pipe"}).detail().what == "keep-base: the source does not tell its layers before they come");
}

TEST_CASE("normalize-timestamps: a layer that cannot be told from those of the base is refused", "[filters]") {
  const ImageConfig base = config({digest('1')}, {});
  NormalizeTimestampsFilter filter({.base = as_base(base)});
  filter.begin(description(base));

  const auto error = occy::test::error_of([&] { (void)filter.visit_layer({.name = "image.tar: x"}); });

  CHECK(error.detail().subject == "image.tar: x");
  CHECK(error.detail().what == "keep-base: the source does not tell which layer this is");
}

TEST_CASE("normalize-timestamps: only times that a config can write are taken", "[filters]") {
  using occy::test::error_of;

  CHECK(error_of([] { NormalizeTimestampsFilter({.seconds = -1}); }).code() == occy::Errc::bad_text);
  CHECK(error_of([] { NormalizeTimestampsFilter({.seconds = 253'402'300'800}); }).detail().found == "253402300800");
}

TEST_CASE("normalize-timestamps: the fingerprint says the time, the mode, and which layers are left alone",
          "[filters]") {
  const auto print = [](NormalizeTimestampsOptions options) {
    return NormalizeTimestampsFilter(std::move(options)).fingerprint();
  };
  const ImageConfig base = config({digest('1'), digest('2')}, {});
  const ImageConfig other = config({digest('1')}, {});

  CHECK(print({.seconds = 7}) == print({.seconds = 7}));
  CHECK(print({.seconds = 7}) != print({.seconds = 8}));
  CHECK(print({.mode = NormalizeTimestampsOptions::Mode::clamp}) != print({}));
  CHECK(print({.base = as_base(base)}) != print({}));
  CHECK(print({.base = as_base(base)}) != print({.base = as_base(other)}));
}
