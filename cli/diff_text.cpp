#include <array>
#include <cstdio>
#include <ctime>

#include "diff_report.hpp"
#include "entry_words.hpp"
#include "occy/error.hpp"

namespace occy::cli {
namespace {

std::string changed(const std::string& before, const std::string& after) { return before + " → " + after; }

std::string time_text(const Time& time) {
  const auto seconds = static_cast<std::time_t>(time.seconds);
  std::tm parts{};
  std::array<char, 40> text{};
  if (gmtime_r(&seconds, &parts) == nullptr) return "@" + mtime_text(time);
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::string shown(text.data(), size);
  if (time.nanoseconds != 0) shown += mtime_text({.seconds = 0, .nanoseconds = time.nanoseconds}).substr(1);
  return shown + "Z";
}

std::string owner_text(const FileState& file) { return std::to_string(file.uid) + ":" + std::to_string(file.gid); }

std::string link_text(const FileState& file) {
  if (!file.hard_link.empty()) return "hard link to " + printable(file.hard_link);
  return file.link.empty() ? "no hard link" : printable(file.link);
}

std::string aspect_text(DiffAspect aspect, const FileState& a, const FileState& b) {
  std::string word(to_string(aspect));
  switch (aspect) {
    case DiffAspect::type:
      return word + " " + changed(word_of(a.type), word_of(b.type));
    case DiffAspect::mode:
      return word + " " + changed(mode_text(a.mode), mode_text(b.mode));
    case DiffAspect::owner:
      return word + " " + changed(owner_text(a), owner_text(b));
    case DiffAspect::size:
      return word + " " + changed(std::to_string(a.size), std::to_string(b.size));
    case DiffAspect::mtime:
      return word + " " + changed(time_text(a.mtime), time_text(b.mtime));
    case DiffAspect::link:
      return word + " " + changed(link_text(a), link_text(b));
    case DiffAspect::device:
      return word + " " + changed(device_text(a), device_text(b));
    default:
      return word;
  }
}

// The root has no name of its own.
std::string path_text(const FileDifference& file) { return file.path.empty() ? "." : printable(file.path); }

std::string file_line(const FileDifference& file) {
  if (!file.in_a) return "+ " + path_text(file) + "\n";
  if (!file.in_b) return "- " + path_text(file) + "\n";
  std::string line = "~ " + path_text(file);
  const char* before = "  ";
  for (const DiffAspect aspect : file.aspects) {
    line += before + aspect_text(aspect, *file.in_a, *file.in_b);
    before = ", ";
  }
  return line + "\n";
}

std::string layer_line(const LayerDifference& layer) {
  const std::string position = std::to_string(layer.in_a ? *layer.in_a : *layer.in_b);
  const std::string made_by = layer.created_by.empty() ? "" : "  " + printable(layer.created_by);
  return (layer.in_a ? "- " : "+ ") + position + "  " + layer.diff_id.short_hex() + made_by + "\n";
}

std::string layer_lines(const ImageDiff& found) {
  std::string moved;
  std::string others;
  std::size_t shared = 0;
  for (const LayerDifference& layer : found.layers()) {
    if (!layer.shared())
      others += layer_line(layer);
    else if (layer.in_a != layer.in_b)
      others += "~ " + changed(std::to_string(*layer.in_a), std::to_string(*layer.in_b)) + "  " +
                layer.diff_id.short_hex() + "\n";
    if (layer.shared()) ++shared;
  }
  return others.empty() ? "" : "Layers: " + std::to_string(shared) + " shared\n" + others;
}

std::string config_line(const ConfigDifference& value) {
  const std::string pointer = printable(value.pointer) + "  ";
  if (!value.in_a) return "+ " + pointer + printable(*value.in_b) + "\n";
  if (!value.in_b) return "- " + pointer + printable(*value.in_a) + "\n";
  return "~ " + pointer + changed(printable(*value.in_a), printable(*value.in_b)) + "\n";
}

std::string files_heading(const ImageDiff::FileCounts& counts) {
  return "Files: " + std::to_string(counts.added) + " added, " + std::to_string(counts.removed) + " removed, " +
         std::to_string(counts.changed) + " changed\n";
}

}  // namespace

void write_diff_text(const ImageDiff& found, const WriteText& write) {
  if (found.equal()) return;
  write(layer_lines(found));
  if (!found.config().empty()) write("Config:\n");
  for (const ConfigDifference& value : found.config()) write(config_line(value));
  const auto counts = found.file_counts();
  if (counts.added + counts.removed + counts.changed != 0) write(files_heading(counts));
  found.for_each_file([&](const FileDifference& file) { write(file_line(file)); });
}

}  // namespace occy::cli
