#include "tar/pax_writer.hpp"

#include <cstdint>

#include "tar/header_text.hpp"

namespace occy::tar {
namespace {

std::string_view last_component(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

// LENGTH counts its own digits too.
void append_pax_record(std::string& text, std::string_view keyword, std::string_view value) {
  const std::size_t rest = keyword.size() + value.size() + 3;
  std::size_t length = rest + std::to_string(rest).size();
  length = rest + std::to_string(length).size();
  text += std::to_string(length);
  text += ' ';
  text += keyword;
  text += '=';
  text += value;
  text += '\n';
}

// Before 1970 the seconds count down and the fraction counts up: -2 s and 0.75 s are "-1.25".
std::string pax_time_text(Time time) {
  const bool borrow = time.seconds < 0 && time.nanoseconds != 0;
  const std::int64_t seconds = borrow ? time.seconds + 1 : time.seconds;
  std::string text = borrow && seconds == 0 ? "-0" : std::to_string(seconds);
  if (time.nanoseconds == 0) return text;
  const std::uint32_t fraction = borrow ? 1'000'000'000 - time.nanoseconds : time.nanoseconds;
  const std::string digits = std::to_string(fraction);
  text += '.' + std::string(9 - digits.size(), '0') + digits;
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

HeaderBlock pax_header_block(std::string_view path, std::size_t text_size) {
  HeaderBlock block = blank_ustar_header('x');
  const std::string name = "PaxHeaders/" + std::string(last_component(path));
  put_shortened_path(block, name);
  (void)put_octal(block, kMode, 0644);
  for (const Field field : {kUid, kGid, kMtime, kDevMajor, kDevMinor}) (void)put_octal(block, field, 0);
  (void)put_octal(block, kSize, text_size);
  put_checksum(block);
  return block;
}

std::vector<std::byte> encode_global_header(const PaxDefaults& defaults) {
  std::string text;
  if (defaults.uid) append_pax_record(text, "uid", std::to_string(*defaults.uid));
  if (defaults.gid) append_pax_record(text, "gid", std::to_string(*defaults.gid));
  if (defaults.user_name) append_pax_record(text, "uname", *defaults.user_name);
  if (defaults.group_name) append_pax_record(text, "gname", *defaults.group_name);
  if (defaults.mtime) append_pax_record(text, "mtime", pax_time_text(*defaults.mtime));
  if (text.empty()) return {};
  HeaderBlock header = pax_header_block("global", text.size());
  header[kType.offset] = std::byte{'g'};
  put_checksum(header);
  std::vector<std::byte> blocks(header.begin(), header.end());
  const Block records = std::as_bytes(std::span(text));
  blocks.insert(blocks.end(), records.begin(), records.end());
  blocks.resize(padded(blocks.size()));
  return blocks;
}

}  // namespace occy::tar
