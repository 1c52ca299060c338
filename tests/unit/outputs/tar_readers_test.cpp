// Programs that other people wrote read what TarWriter writes.
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "io/atomic_file.hpp"
#include "occy/outputs/tar.hpp"
#include "outputs/tar_layout.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"
#include "tar/docker_archive.hpp"
#include "tar/encoder.hpp"
#include "tar/judge.hpp"

using namespace occy;
using namespace occy::test;

namespace {

/// What a command prints. Throws when it fails.
std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
  if (pipe == nullptr) throw std::runtime_error("popen");
  std::string text;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) text.push_back(static_cast<char>(c));
  return text;
}

bool is_installed(const std::string& program) {
  if (!output_of("command -v " + program).empty()) return true;
  WARN("skipped: " << program << " is not installed");
  return false;
}

/// "name size" lines, as every program below is made to print them.
std::string expected_listing(const TestImage& image) {
  std::string lines;
  std::vector<std::string> seen;
  for (const auto& layer : image.layers) {
    if (std::find(seen.begin(), seen.end(), layer) != seen.end()) continue;
    seen.push_back(layer);
    lines += tar::layer_member_name(sha256(layer)) + " " + std::to_string(layer.size()) + "\n";
  }
  return lines;
}

}  // namespace

TEST_CASE("tar output: GNU tar, bsdtar and Python list what was written", "[outputs]") {
  const auto [program, listing] = GENERATE(table<std::string, std::string>({
      {"tar", "tar -tvf \"$F\" | awk '{print $6, $3}'"},
      {"bsdtar", "bsdtar -tvf \"$F\" | awk '{print $9, $5}'"},
      {"python3", "python3 -c 'import sys, tarfile\nfor m in tarfile.open(sys.argv[1]): print(m.name, m.size)' \"$F\""},
  }));
  if (!is_installed(program)) return;
  const TempDir directory;
  const auto path = directory.path() / "image.tar";
  const auto image = make_usual_image();
  MemoryInput input(image);
  TarWriter writer(path);
  write_image(input, writer);

  const auto lines = output_of("F='" + path.string() + "'; " + listing + " 2>&1");

  const auto layers = expected_listing(image);
  CHECK(lines.substr(0, layers.size()) == layers);
  CHECK_THAT(lines, test::contains_text(image.config.digest().hex() + ".json " +
                                        std::to_string(image.config.bytes().size()) + "\nmanifest.json "));
}

TEST_CASE("tar output: libarchive reads the headers of layers above 8 GiB", "[outputs]") {
  constexpr auto kSize = std::uint64_t{9} << 30U;
  const LayerInfo info{.diff_id = sha256("large"), .size = kSize};
  const LayerRecord record{.diff_id = sha256("large"), .size = kSize};
  outputs::TarLayout planned(std::vector{info});
  outputs::TarLayout appended;
  const auto place = GENERATE_REF(planned.place(planned.take(info)), appended.place(appended.take({}))).value();
  const TempDir directory;
  io::AtomicFile file(directory.path() / "image.tar");  // a hole of 9 GiB

  file.file().write_at(outputs::layer_header(tar::layer_member_name(record.diff_id), record, place), place.offset);
  file.file().resize(place.data_offset() + kSize + tar::kEndOfArchive.size());

  const auto members = tar::judge_archive(file.file()).value();
  REQUIRE(members.size() == 1);
  CHECK(members[0].size == kSize);
  CHECK(members[0].name == tar::layer_member_name(record.diff_id));
}
