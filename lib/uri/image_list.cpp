#include "occy/image_list.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>

#include "occy/digest.hpp"
#include "occy/reference.hpp"
#include "occy/uri.hpp"

namespace occy {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

bool is_blank(char sign) { return kBlanks.find(sign) != std::string_view::npos; }

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  const std::size_t end = text.find_last_not_of(kBlanks);
  return end == std::string_view::npos ? std::string_view() : text.substr(begin, end + 1 - begin);
}

std::string_view without_comment(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1))
    if (at == 0 || is_blank(line[at - 1])) return line.substr(0, at);
  return line;
}

std::vector<std::string_view> words_of(std::string_view line) {
  const std::string_view text = trimmed(without_comment(line));
  const std::string_view dividers = text.find('\t') == std::string_view::npos ? kBlanks : std::string_view("\t");
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(dividers, at), text.size());
    if (const auto word = trimmed(text.substr(at, end - at)); !word.empty()) words.push_back(word);
    at = end + 1;
  }
  return words;
}

bool has_option(const Uri& uri, std::string_view key, std::string_view value) {
  return std::any_of(uri.options.begin(), uri.options.end(),
                     [&](const auto& option) { return option.first == key && option.second == value; });
}

bool has_tag(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return path.find(':', slash == std::string::npos ? 0 : slash) != std::string::npos;
}

/// A login is not part of the place.
std::string without_user(const std::string& rest) {
  const std::size_t slash = rest.find('/');
  const std::size_t at = rest.substr(0, slash).rfind('@');
  return at == std::string::npos ? rest : rest.substr(at + 1);
}

/// The same for two texts that name one place; missing where many images may have it.
std::optional<std::string> place_of(const Uri& uri) {
  if (uri.scheme == "layout" && !has_tag(uri.rest)) return std::nullopt;
  if (uri.scheme == "dir" && has_option(uri, "unique_names", "true")) return std::nullopt;
  if (uri.scheme != "registry" && uri.scheme != "docker")
    return uri.scheme + "://" + std::filesystem::path(uri.rest).lexically_normal().string();
  const auto name = Reference::parse(without_user(uri.rest));
  return uri.scheme + "://" + (name ? name->canonical() : uri.rest);
}

ParseError in_line(std::size_t line, const std::string& message) {
  return {.message = "line " + std::to_string(line) + ": " + message};
}

class ListReader {
 public:
  /// Missing: it is in the list now, or said nothing.
  std::optional<ParseError> take(std::string_view text) {
    ++line_;
    const auto words = words_of(text);
    if (words.empty()) return std::nullopt;
    if (words.size() != 2)
      return in_line(line_, "expected SOURCE DESTINATION, found " + std::to_string(words.size()) +
                                (words.size() == 1 ? " word" : " words"));
    if (const auto source = Uri::parse(words[0]); !source) return in_line(line_, "source: " + source.error().message);
    const auto destination = Uri::parse(words[1]);
    if (!destination) return in_line(line_, "destination: " + destination.error().message);
    images_.push_back({.source = std::string(words[0]), .destination = std::string(words[1]), .line = line_});
    return claim(*destination);
  }

  std::vector<ListedImage> finish() { return std::move(images_); }

 private:
  std::optional<ParseError> claim(const Uri& destination) {
    const auto place = place_of(destination);
    if (!place) return std::nullopt;
    const auto [before, is_new] = places_.emplace(*place, line_);
    if (is_new) return std::nullopt;
    return in_line(line_, "the destination is that of line " + std::to_string(before->second));
  }

  std::size_t line_ = 0;
  std::vector<ListedImage> images_;
  std::map<std::string, std::size_t> places_;
};

std::optional<unsigned> shard_number(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && number >= 1 && number <= kMostShards ? std::optional(number) : std::nullopt;
}

}  // namespace

result<std::vector<ListedImage>> parse_image_list(std::string_view text) {
  ListReader reader;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (auto error = reader.take(text.substr(at, end - at))) return std::move(*error);
    at = end + 1;
  }
  return reader.finish();
}

result<Shard> Shard::parse(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto index = shard_number(text.substr(0, slash));
  const auto count = slash < text.size() ? shard_number(text.substr(slash + 1)) : std::nullopt;
  if (index && count && *index <= *count) return Shard{.index = *index, .count = *count};
  return ParseError{.message = "expected I/N, with I from 1 to N and N at most " + std::to_string(kMostShards) +
                               ", found '" + std::string(text) + "'"};
}

unsigned shard_of(std::string_view destination, unsigned count) {
  const std::string text = std::string(destination) + "\n";
  unsigned best = 1;
  Digest highest = sha256(text + "1");
  for (unsigned number = 2; number <= count; ++number) {
    const Digest digest = sha256(text + std::to_string(number));
    if (digest <= highest) continue;
    highest = digest;
    best = number;
  }
  return best;
}

}  // namespace occy
