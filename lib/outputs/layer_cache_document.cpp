#include "outputs/layer_cache_document.hpp"

#include <boost/json.hpp>
#include <utility>

#include "model/json.hpp"

namespace occy::outputs {
namespace {

namespace bj = boost::json;

constexpr std::size_t kMostEntries = 100'000;
constexpr std::int64_t kVersion = 1;

result<Compression> compression_of(const std::string& text) {
  for (const Compression one : {Compression::none, Compression::gzip, Compression::zstd})
    if (to_string(one) == text) return one;
  return ParseError{.message = "unknown compression \"" + text + '"'};
}

/// Takes the members of one entry; remembers the first that is wrong.
class Members {
 public:
  explicit Members(const bj::value& entry) : entry_(entry) {}

  std::string text(std::string_view key) { return kept(json::string_member(entry_, key, "entry"), std::string()); }
  Digest digest(std::string_view key) { return kept(Digest::parse(text(key)), Digest{{}}); }
  Compression compression(std::string_view key) { return kept(compression_of(text(key)), Compression::none); }

  std::uint64_t number(std::string_view key) {
    const bj::value* value = json::member(entry_, key);
    boost::system::error_code error;
    const auto number = value == nullptr ? 0 : value->to_number<std::uint64_t>(error);
    if (value == nullptr || error) fail(std::string(key) + ": expected a number of bytes");
    return number;
  }

  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  template <class Value>
  Value kept(result<Value> value, Value otherwise) {
    if (value) return std::move(*value);
    fail(value.error().message);
    return otherwise;
  }

  void fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  const bj::value& entry_;
  std::string problem_;
};

LayerCacheEntries::Entry read_entry(Members& members) {
  LayerRecipe recipe{.source_diff_id = members.digest("source_diff_id"),
                     .filters = members.text("filters"),
                     .compression = members.compression("compression")};
  LayerRecord record{.diff_id = members.digest("diff_id"),
                     .size = members.number("size"),
                     .stored = StoredBlob{.compression = members.compression("stored_compression"),
                                          .digest = members.digest("stored_digest"),
                                          .size = members.number("stored_size")}};
  return {.recipe = std::move(recipe), .record = record};
}

bj::object to_json(const LayerCacheEntries::Entry& entry) {
  const StoredBlob stored = *entry.record.stored;
  return {{"source_diff_id", entry.recipe.source_diff_id.str()},
          {"filters", entry.recipe.filters},
          {"compression", to_string(entry.recipe.compression)},
          {"diff_id", entry.record.diff_id.str()},
          {"size", entry.record.size},
          {"stored_compression", to_string(stored.compression)},
          {"stored_digest", stored.digest.str()},
          {"stored_size", stored.size}};
}

result<const bj::array*> list_of(const bj::value& document) {
  const bj::value* version = json::member(document, "occy_layer_cache");
  if (version == nullptr || !version->is_int64()) return ParseError{.message = "occy_layer_cache is missing"};
  if (version->get_int64() != kVersion)
    return ParseError{.message = "expected version 1, found " + std::to_string(version->get_int64())};
  const bj::value* layers = json::member(document, "layers");
  if (layers == nullptr || !layers->is_array()) return ParseError{.message = "layers: expected an array"};
  return &layers->get_array();
}

}  // namespace

void LayerCacheEntries::add(const LayerRecipe& recipe, const LayerRecord& record) {
  const auto found = entries_.find(recipe);
  if (found != entries_.end()) by_age_.erase(found->second.age);
  entries_.insert_or_assign(recipe, Place{.age = next_, .record = record});
  by_age_.emplace(next_++, recipe);
  if (entries_.size() <= kMostEntries) return;
  entries_.erase(by_age_.begin()->second);
  by_age_.erase(by_age_.begin());
}

void LayerCacheEntries::merge(const LayerCacheEntries& later) {
  for (const Entry& entry : later.list()) add(entry.recipe, entry.record);
}

const LayerRecord* LayerCacheEntries::find(const LayerRecipe& recipe) const {
  const auto found = entries_.find(recipe);
  return found == entries_.end() ? nullptr : &found->second.record;
}

std::vector<LayerCacheEntries::Entry> LayerCacheEntries::list() const {
  std::vector<Entry> list;
  list.reserve(by_age_.size());
  for (const auto& [age, recipe] : by_age_) list.push_back({.recipe = recipe, .record = entries_.at(recipe).record});
  return list;
}

result<LayerCacheEntries> parse_layer_cache(std::string_view text) {
  Limits limits;
  limits.document_bytes = text.size();  // its reader has bounded it
  const auto document = json::parse(text, limits);
  if (!document) return document.error();
  const auto list = list_of(*document);
  if (!list) return list.error();
  LayerCacheEntries entries;
  for (const bj::value& value : **list) {
    Members members(value);
    const auto entry = read_entry(members);
    if (!members.problem().empty()) return ParseError{.message = members.problem()};
    entries.add(entry.recipe, entry.record);
  }
  return entries;
}

// A line for each entry: a person may want to look for one.
std::string make_layer_cache(const LayerCacheEntries& entries) {
  std::string text = "{\"occy_layer_cache\":" + std::to_string(kVersion) + ",\"layers\":[";
  const char* separator = "\n";
  for (const auto& entry : entries.list()) {
    text.append(separator).append(bj::serialize(to_json(entry)));
    separator = ",\n";
  }
  return text + "\n]}\n";
}

}  // namespace occy::outputs
