#include "occy/filters/inspect.hpp"

#include <filesystem>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

using occy::HistoryEntry;
using occy::ImageConfig;
using occy::ImageDescription;
using occy::InspectFilter;
using occy::test::read_file;
using occy::test::TempDir;
using Sizes = std::vector<std::optional<std::uint64_t>>;

namespace {

occy::Digest filled_digest(char fill) { return occy::Digest::parse_hex(std::string(64, fill)).value(); }

ImageConfig config_with(std::vector<HistoryEntry> history) {
  return ImageConfig::make({.platform = {.os = "linux", .architecture = "amd64"},
                            .diff_ids = {filled_digest('1'), filled_digest('2')},
                            .history = std::move(history)});
}

ImageDescription description_with(const std::vector<std::string>& names) {
  ImageDescription image{.source = "image.tar"};
  for (const std::string& name : names) image.references.push_back(occy::Reference::parse(name).value());
  return image;
}

void inspect(const std::filesystem::path& path, const ImageDescription& image, const ImageConfig& config,
             const Sizes& sizes) {
  InspectFilter filter(path);
  filter.begin(image);
  filter.finish({.source = image, .config = config, .layer_sizes = sizes});
}

}  // namespace

TEST_CASE("inspect: one line, the newest step first, steps without a layer among them", "[filters]") {
  const TempDir directory;
  const ImageConfig image = config_with({{.created = "2024-01-01T00:00:00Z", .created_by = "ADD", .comment = "c"},
                                         {.created_by = "CMD \"x\"", .kind = HistoryEntry::Kind::metadata_only},
                                         {.created_by = "RUN"}});

  inspect(directory / "log", description_with({"occy/a:1", "occy/b:2"}), image, {10, std::nullopt});

  CHECK(read_file(directory / "log") ==
        R"({"name":"occy/a:1","layers":[{"id":")" + filled_digest('2').str() +
            R"(","size":null,"created":"","created_by":"RUN","comment":"","tags":["occy/a:1","occy/b:2"]},)"
            R"({"id":"","size":0,"created":"","created_by":"CMD \"x\"","comment":"","tags":[]},{"id":")" +
            filled_digest('1').str() +
            R"(","size":10,"created":"2024-01-01T00:00:00Z","created_by":"ADD","comment":"c","tags":[]}]})"
            "\n");
}

TEST_CASE("inspect: a history that does not fit the layers is left out", "[filters]") {
  const TempDir directory;

  inspect(directory / "log", description_with({}), config_with({{.created_by = "RUN"}}), {1, 2});

  CHECK(read_file(directory / "log") ==
        R"({"name":"image.tar","layers":[{"id":")" + filled_digest('2').str() +
            R"(","size":2,"created":"","created_by":"","comment":"","tags":[]},{"id":")" + filled_digest('1').str() +
            R"(","size":1,"created":"","created_by":"","comment":"","tags":[]}]})"
            "\n");
}

TEST_CASE("inspect: lines are added to those that are there", "[filters]") {
  const TempDir directory;
  occy::test::write_file(directory / "log", "before\n");

  inspect(directory / "log", description_with({}), config_with({}), {});
  inspect(directory / "log", description_with({}), config_with({}), {});

  const std::string text = read_file(directory / "log");
  CHECK(text.substr(0, 7) == "before\n");
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
}

TEST_CASE("inspect: a place that cannot be written is found before anything is read", "[filters]") {
  using occy::test::error_of;
  const TempDir directory;
  const auto refusal = [&](const std::filesystem::path& path) {
    return error_of([&] { InspectFilter(path).begin(description_with({})); });
  };

  CHECK(refusal(directory / "none/log").side() == occy::Side::filter);
  CHECK(refusal(directory / "none/log").detail().subject == directory / "none/log");
  CHECK(refusal(directory.path()).detail().what == "cannot append");
  CHECK(directory.names().empty());
}
