#include <boost/json.hpp>

#include "diff_report.hpp"
#include "entry_words.hpp"
#include "json_name.hpp"
#include "occy/error.hpp"

namespace occy::cli {
namespace {

namespace json = boost::json;

json::value position_value(const std::optional<std::size_t>& position) {
  return position ? json::value(*position) : json::value(nullptr);
}

json::value digest_value(const std::optional<Digest>& digest) {
  return digest ? json::value(digest->str()) : json::value(nullptr);
}

json::value layer_value(const LayerDifference& layer) {
  return {{"diff_id", layer.diff_id.str()},
          {"a", position_value(layer.in_a)},
          {"b", position_value(layer.in_b)},
          {"created_by", layer.created_by}};
}

// A member that one image does not have is left out: its value could be null.
json::value config_value(const ConfigDifference& value) {
  json::object object = {{"pointer", value.pointer}};
  if (value.in_a) object.emplace("a", json::parse(*value.in_a));
  if (value.in_b) object.emplace("b", json::parse(*value.in_b));
  return object;
}

json::value state_value(const std::optional<FileState>& file) {
  if (!file) return nullptr;
  const bool is_device = file->type == EntryType::character_device || file->type == EntryType::block_device;
  json::object object = {
      {"type", word_of(file->type)}, {"mode", mode_text(file->mode)},   {"uid", file->uid}, {"gid", file->gid},
      {"size", file->size},          {"mtime", mtime_text(file->mtime)}};
  add_name(object, "link", file->link);
  add_name(object, "hard_link", file->hard_link);
  object.emplace("device", is_device ? json::value(device_text(*file)) : json::value(nullptr));
  object.emplace("content", digest_value(file->content));
  object.emplace("xattrs", digest_value(file->xattrs));
  return object;
}

json::value file_value(const FileDifference& file) {
  json::object object;
  add_name(object, "path", file.path);
  object.emplace("change", !file.in_a ? "added" : !file.in_b ? "removed" : "changed");
  json::array aspects;
  for (const DiffAspect aspect : file.aspects) aspects.emplace_back(to_string(aspect));
  object.emplace("aspects", std::move(aspects));
  object.emplace("a", state_value(file.in_a));
  object.emplace("b", state_value(file.in_b));
  return object;
}

// "KEY":[…] of whatever comes.
class ArrayWriter {
 public:
  ArrayWriter(const std::string& key, const WriteText& write) : write_(write) { write_(",\"" + key + "\":["); }

  void add(const json::value& value) {
    write_((first_ ? "" : ",") + json::serialize(value));
    first_ = false;
  }

  void end() { write_("]"); }

 private:
  const WriteText& write_;
  bool first_ = true;
};

}  // namespace

void write_diff_json(const ImageDiff& found, const DiffNames& names, const WriteText& write) {
  const auto counts = found.file_counts();
  json::object object;
  add_name(object, "a", names.a);
  add_name(object, "b", names.b);
  object.emplace("equal", found.equal());
  object.emplace("files_added", counts.added);
  object.emplace("files_removed", counts.removed);
  object.emplace("files_changed", counts.changed);
  const std::string head = json::serialize(object);
  write(head.substr(0, head.size() - 1));
  ArrayWriter layers("layers", write);
  for (const LayerDifference& layer : found.layers()) layers.add(layer_value(layer));
  layers.end();
  ArrayWriter config("config", write);
  for (const ConfigDifference& value : found.config()) config.add(config_value(value));
  config.end();
  ArrayWriter files("files", write);
  found.for_each_file([&](const FileDifference& file) { files.add(file_value(file)); });
  files.end();
  write("}\n");
}

}  // namespace occy::cli
