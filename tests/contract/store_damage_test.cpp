// Whatever happens to whichever file of a store: a full verification names that very file, a standard one where size or
// presence show it, and neither cries wolf.
#include <algorithm>
#include <functional>
#include <random>

#include "occy/outputs/dir.hpp"
#include "occy/outputs/layout.hpp"
#include "support/catch.hpp"
#include "support/saved_directory.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;
namespace fs = std::filesystem;

namespace {

/// Whether a store holds other images, too.
enum class Company { alone, with_another };

struct Kind {
  std::string name;
  Company company;
  std::function<std::unique_ptr<ImageOutput>(const fs::path&)> make;
};

std::vector<Kind> kinds() {
  return {
      {"DirWriter", Company::alone, [](const fs::path& path) { return std::make_unique<DirWriter>(path); }},
      {"DirWriter, unique names", Company::with_another,
       [](const fs::path& path) {
         return std::make_unique<DirWriter>(path, DirWriterOptions{.store = DirWriterOptions::Store::unique_names});
       }},
      {"LayoutWriter", Company::with_another,
       [](const fs::path& path) { return std::make_unique<LayoutWriter>(path); }},
  };
}

/// What images of one store share, and each of them changes.
bool is_document(const std::string& file) {
  return file == "index.json" || file == "oci-layout" || file == "catalog.json" || file == "manifest.json";
}

/// A store with an image, and the output that wrote it; where there may be others, into a store that had one already.
struct Written {
  TempDir directory;
  std::unique_ptr<ImageOutput> output;
  std::vector<std::string> files;  // of the image, and the documents

  explicit Written(const Kind& kind) {
    const fs::path path = directory / "store";
    if (kind.company == Company::with_another) {
      MemoryInput other(make_image({random_layer(50, 999)}, {"other:9"}));
      write_image(other, *kind.make(path));
    }
    const auto others = fs::exists(path) ? files_below(path) : std::vector<std::string>();
    MemoryInput input(make_usual_image());
    output = kind.make(path);
    write_image(input, *output);
    for (const std::string& file : files_below(path))
      if (is_document(file) || std::find(others.begin(), others.end(), file) == others.end()) files.push_back(file);
  }

  fs::path path_of(const std::string& file) const { return directory / "store" / file; }
};

void expect_named(ImageOutput& output, VerifyLevel level, const std::string& file) {
  const CheckResults results = output.verify(level);
  CHECK(results.has_errors());
  CHECK(results.find("verify.ok") == nullptr);
  for (const Finding& finding : results.findings()) CHECK_THAT(finding.subject, contains_text(file));
}

void expect_sound(ImageOutput& output) {
  CHECK(output.verify(VerifyLevel::standard).find("verify.ok") != nullptr);
  CHECK(output.verify(VerifyLevel::full).find("verify.ok") != nullptr);
}

}  // namespace

TEST_CASE("stores: a file that was removed is named at both levels", "[contract]") {
  for (const Kind& kind : kinds()) {
    const Written written(kind);
    for (const std::string& file : written.files) {
      INFO(kind.name << ": " << file);
      const std::string bytes = read_file(written.path_of(file));
      fs::rename(written.path_of(file), written.directory / "aside");

      expect_named(*written.output, VerifyLevel::standard, file);
      expect_named(*written.output, VerifyLevel::full, file);

      fs::rename(written.directory / "aside", written.path_of(file));
      expect_sound(*written.output);
    }
  }
}

TEST_CASE("stores: a file that became a link is named at both levels", "[contract]") {
  for (const Kind& kind : kinds()) {
    const Written written(kind);
    for (const std::string& file : written.files) {
      INFO(kind.name << ": " << file);
      fs::rename(written.path_of(file), written.directory / "aside");
      fs::create_symlink(written.directory / "aside", written.path_of(file));

      expect_named(*written.output, VerifyLevel::standard, file);

      fs::remove(written.path_of(file));
      fs::rename(written.directory / "aside", written.path_of(file));
    }
  }
}

TEST_CASE("stores: a file that was cut or grew is named at both levels", "[contract]") {
  std::mt19937 random(1);
  for (const Kind& kind : kinds()) {
    const Written written(kind);
    for (const std::string& file : written.files) {
      const std::string bytes = read_file(written.path_of(file));
      for (const std::size_t size : {random() % bytes.size(), bytes.size() + 1}) {
        INFO(kind.name << ": " << file << ": " << size << " bytes");
        fs::resize_file(written.path_of(file), size);

        expect_named(*written.output, VerifyLevel::standard, file);
        expect_named(*written.output, VerifyLevel::full, file);
      }
      write_file(written.path_of(file), bytes);
      expect_sound(*written.output);
    }
  }
}

TEST_CASE("stores: a flipped bit is named by a full verification", "[contract]") {
  std::mt19937 random(2);
  for (const Kind& kind : kinds()) {
    const Written written(kind);
    for (const std::string& file : written.files) {
      const std::string bytes = read_file(written.path_of(file));
      for (int time = 0; time < 12; ++time) {
        std::string changed = bytes;
        const std::size_t place = random() % bytes.size();
        changed[place] = static_cast<char>(changed[place] ^ (1 << (random() % 8)));
        INFO(kind.name << ": " << file << ": byte " << place);
        write_file(written.path_of(file), changed);

        expect_named(*written.output, VerifyLevel::full, file);
      }
      write_file(written.path_of(file), bytes);
      expect_sound(*written.output);
    }
  }
}
