// Rewrites a layer in a file with a filter that changes all that a filter may change, or takes that back.
//
// usage: rewrite_layer forth|back|nothing LAYER NEW_LAYER
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "occy/error.hpp"
#include "tar/layer_rewriter.hpp"
#include "tar/pax.hpp"
#include "tar/pax_writer.hpp"

namespace {

using occy::Entry;
using occy::EntryType;

const std::string kMark = "x/";
constexpr std::int64_t kStep = 3'000'000;  // beyond what octal ids hold

bool is_link(const Entry& entry) {
  return entry.type == EntryType::hard_link || entry.type == EntryType::symbolic_link;
}

bool is_time(const std::string& keyword) { return keyword == "atime" || keyword == "ctime"; }

void shift(Entry& entry, int sign) {
  entry.mtime.seconds += sign;
  entry.uid += sign * kStep;
  entry.gid += sign;
  entry.mode ^= 0100;
  for (auto& [keyword, value] : entry.records) {
    if (!is_time(keyword)) continue;
    auto time = occy::tar::parse_pax_time(value).value();
    time.seconds += sign;
    value = occy::tar::pax_time_text(time);
  }
}

void add(std::string& text) { text += "!"; }
void take(std::string& text) { text.pop_back(); }

template <class Edit>
void edit_texts(Entry& entry, Edit edit) {
  edit(entry.user_name);
  edit(entry.group_name);
  for (auto& [keyword, value] : entry.records)
    if (keyword.starts_with("SCHILY.xattr.")) edit(value);
}

void forth(Entry& entry) {
  shift(entry, 1);
  entry.path.insert(0, kMark);
  if (is_link(entry)) entry.link.insert(0, kMark);
  edit_texts(entry, add);
  entry.records.emplace_back("SCHILY.xattr.user.mark", std::string("\0\xff\n", 3));
}

void back(Entry& entry) {
  shift(entry, -1);
  entry.path.erase(0, kMark.size());
  if (is_link(entry)) entry.link.erase(0, kMark.size());
  std::erase_if(entry.records, [](const auto& record) { return record.first == "SCHILY.xattr.user.mark"; });
  edit_texts(entry, take);
}

}  // namespace

int main(int argc, char** argv) try {
  const std::string what = argc == 4 ? argv[1] : "";
  std::ifstream in(argv[2], std::ios::binary);
  std::ofstream out(argv[3], std::ios::binary);
  const std::string layer{std::istreambuf_iterator<char>(in), {}};
  occy::tar::LayerRewriter rewriter(
      [&](Entry& entry) {
        if (what == "forth") forth(entry);
        if (what == "back") back(entry);
        return occy::Verdict::keep;
      },
      [&](occy::Block block) {
        out.write(reinterpret_cast<const char*>(block.data()), static_cast<std::streamsize>(block.size()));
      },
      {.layer = argv[2], .filter = what, .spool_directory = "/nowhere"});
  auto done = rewriter.push(std::as_bytes(std::span(layer)));
  if (done) done = rewriter.finish();
  if (done) return 0;
  std::cerr << done.error().message << " at " << done.error().position << '\n';
  return 1;
} catch (const occy::Error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
