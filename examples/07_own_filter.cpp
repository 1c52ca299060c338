// A filter of one's own: no program of the image runs with the rights of its owner any more. process() brings digests
// and config in step; layers without such a program stay as they are.
//
// usage: 07_own_filter ARCHIVE NEW_ARCHIVE
#include <iostream>
#include <occy/occy.hpp>

namespace {

class Visitor final : public occy::EntryVisitor {
 public:
  occy::Verdict visit(occy::Entry& entry) override {
    constexpr std::uint64_t kSetIds = 06000;
    if (entry.type == occy::EntryType::file) entry.mode &= ~kSetIds;
    return occy::Verdict::keep;
  }
};

class NoSetuid final : public occy::ImageFilter {
 public:
  std::string_view name() const noexcept override { return "no-setuid"; }
  occy::FilterDepth depth() const noexcept override { return occy::FilterDepth::edit; }
  std::unique_ptr<occy::EntryVisitor> visit_layer(const occy::LayerInfo&) override {
    return std::make_unique<Visitor>();
  }
};

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) return 2;
  occy::TarInput input(argv[1]);
  occy::TarWriter output(argv[2]);
  NoSetuid filter;
  const auto report = occy::process(input, output, {.filters = {&filter}});
  for (const occy::LayerReport& layer : report.layers)
    std::cout << layer.diff_id.str() << (layer.diff_id == layer.source_diff_id ? "" : " (changed)") << '\n';
} catch (const occy::Error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
