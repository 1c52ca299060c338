#include "support/extracted_tree.hpp"

#include <fcntl.h>

#include <algorithm>

#include "support/catch.hpp"

namespace occy::test {

namespace {

namespace fs = std::filesystem;

constexpr const char* kCanary = "d outside\nf outside/canary: alive\n";

io::File make_root(const fs::path& root) {
  fs::create_directory(root);
  fs::create_directory(root.parent_path() / "outside");
  write_file(root.parent_path() / "outside" / "canary", "alive");
  return {::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), root, Side::output};
}

}  // namespace

ExtractedTree::ExtractedTree(tree::ExtractorOptions options)
    : root_(directory_ / "root"), extractor_(make_root(root_), options) {}

ExtractedTree& ExtractedTree::layer_bytes(const std::string& bytes, std::size_t piece) {
  extractor_.begin_layer("layer");
  for (std::size_t i = 0; i < bytes.size(); i += piece)
    extractor_.write(std::as_bytes(std::span(bytes).subspan(i, std::min(piece, bytes.size() - i))));
  extractor_.end_layer();
  return *this;
}

std::string ExtractedTree::listing() {
  extractor_.finish();
  return list_tree(root_);
}

struct stat ExtractedTree::status(std::string_view name) const {
  struct stat status {};
  REQUIRE(::lstat(path(name).c_str(), &status) == 0);
  return status;
}

bool ExtractedTree::canary_lives() const {
  const auto names = directory_.names();
  return names == std::vector<std::string>{"outside", "root"} &&
         "d outside\n" + std::string("f outside/canary: ") + read_file(directory_ / "outside/canary") + "\n" == kCanary;
}

tree::ExtractorOptions any_descent() {
  tree::ExtractorOptions options{.ownership = tree::default_ownership()};
  options.descent = GENERATE(tree::Descent::kernel, tree::Descent::components);
  return options;
}

}  // namespace occy::test
