#include "tar/archive_stream_writer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tar/encoder.hpp"

namespace occy::tar {

void ArchiveStreamWriter::begin_member(std::string name, std::uint64_t size) {
  Entry entry;
  entry.path = name;
  entry.stored_size = size;
  entry.real_size = size;
  entry.mode = 0644;
  put_(encode_header(entry));
  name_ = std::move(name);
  size_ = size;
  left_ = size;
}

void ArchiveStreamWriter::write(Block bytes) {
  if (bytes.size() > left_) refuse_size(size_ - left_ + bytes.size());
  put_(bytes);
  left_ -= bytes.size();
}

void ArchiveStreamWriter::end_member() {
  if (left_ != 0) refuse_size(size_ - left_);
  static constexpr std::array<std::byte, kBlock> kZeros{};
  if (const auto padding = padded(size_) - size_; padding != 0) put_(Block{kZeros}.first(padding));
}

void ArchiveStreamWriter::fill_member() {
  static constexpr std::array<std::byte, std::size_t{64} * 1024> kZeros{};
  while (left_ != 0)
    write(Block{kZeros}.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, kZeros.size()))));
  end_member();
}

void ArchiveStreamWriter::add_member(std::string name, std::string_view content) {
  begin_member(std::move(name), content.size());
  write(std::as_bytes(std::span{content}));
  end_member();
}

void ArchiveStreamWriter::end_archive() { put_(kEndOfArchive); }

void ArchiveStreamWriter::refuse_size(std::uint64_t found) const {
  throw Error{Errc::size_mismatch, Side::output,
              ErrorDetail{.subject = name_,
                          .what = "size does not match",
                          .expected = std::to_string(size_) + " bytes",
                          .found = std::to_string(found)}};
}

}  // namespace occy::tar
