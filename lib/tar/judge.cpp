#include "tar/judge.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>  // NOLINT(modernize-deprecated-headers): uselocale is POSIX's, not <clocale>'s

#include <algorithm>
#include <cerrno>
#include <exception>
#include <memory>
#include <new>

#include <utility>

namespace occy::tar {
namespace {

// libarchive turns names into the locale's character set. In the C locale it gives their bytes, whatever the program
// that uses this library has set; it reports that as a warning.
class CLocale {
 public:
  CLocale() : c_(::newlocale(LC_CTYPE_MASK, "C", nullptr)), before_(::uselocale(c_)) {}
  CLocale(const CLocale&) = delete;
  CLocale& operator=(const CLocale&) = delete;
  ~CLocale() {
    ::uselocale(before_);
    ::freelocale(c_);
  }

 private:
  locale_t c_;
  locale_t before_;
};

// Where libarchive's bytes come from. Exceptions must not pass through its C code: they wait until it has returned.
class Feed {
 public:
  virtual ~Feed() = default;
  virtual Block next() = 0;
  virtual std::uint64_t skip(std::uint64_t) { return 0; }

  Block guarded_next() noexcept {
    try {
      return next();
    } catch (...) {
      failure = std::current_exception();
      return {};
    }
  }

  std::exception_ptr failure;
};

class SourceFeed final : public Feed {
 public:
  explicit SourceFeed(BlockSource& source) : source_(source) {}
  Block next() override { return source_.next(); }

 private:
  BlockSource& source_;
};

class FileFeed final : public Feed {
 public:
  explicit FileFeed(const io::File& file) : file_(file), size_(file.size()), buffer_(kHeadersSize) {}

  Block next() override {
    const std::size_t size = file_.read_at(buffer_, offset_);
    offset_ += size;
    return Block(buffer_).first(size);
  }

  std::uint64_t skip(std::uint64_t request) override {
    const std::uint64_t skipped = std::min(request, size_ - std::min(size_, offset_));
    offset_ += skipped;
    return skipped;
  }

 private:
  // Data is skipped, so there is little else to read than headers.
  static constexpr std::size_t kHeadersSize = std::size_t{16} * 1024;

  const io::File& file_;
  std::uint64_t size_;
  std::uint64_t offset_ = 0;
  std::vector<std::byte> buffer_;
};

la_ssize_t on_read(archive* reader, void* data, const void** bytes) {
  auto& feed = *static_cast<Feed*>(data);
  const Block block = feed.guarded_next();
  if (feed.failure) {
    archive_set_error(reader, EIO, "cannot read");
    return -1;
  }
  *bytes = block.data();
  return static_cast<la_ssize_t>(block.size());
}

la_int64_t on_skip(archive*, void* data, la_int64_t request) {
  return static_cast<la_int64_t>(static_cast<Feed*>(data)->skip(static_cast<std::uint64_t>(request)));
}

struct FreeReader {
  void operator()(archive* reader) const noexcept { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, FreeReader>;

Reader make_reader() {
  Reader reader(archive_read_new());
  if (!reader || archive_read_support_format_tar(reader.get()) != ARCHIVE_OK) throw std::bad_alloc();
  return reader;
}

EntryType type_of(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return EntryType::hard_link;
  if (archive_entry_sparse_count(entry) > 0) return EntryType::other;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return EntryType::file;
    case AE_IFDIR:
      return EntryType::directory;
    case AE_IFLNK:
      return EntryType::symbolic_link;
    case AE_IFCHR:
      return EntryType::character_device;
    case AE_IFBLK:
      return EntryType::block_device;
    case AE_IFIFO:
      return EntryType::fifo;
    default:
      return EntryType::other;
  }
}

std::string_view text_or_empty(const char* text) { return text == nullptr ? std::string_view{} : text; }

std::string link_of(archive_entry* entry, EntryType type) {
  if (type == EntryType::hard_link) return normalise_member_name(text_or_empty(archive_entry_hardlink(entry)));
  if (type == EntryType::symbolic_link) return std::string(text_or_empty(archive_entry_symlink(entry)));
  return {};
}

Member member_of(archive_entry* entry) {
  const EntryType type = type_of(entry);
  return {.name = normalise_member_name(text_or_empty(archive_entry_pathname(entry))),
          .type = type,
          .link = link_of(entry, type),
          .size = static_cast<std::uint64_t>(archive_entry_size(entry))};
}

ParseError error_of(archive* reader) {
  return {std::string(text_or_empty(archive_error_string(reader))),
          static_cast<std::size_t>(archive_read_header_position(reader))};
}

result<std::vector<Member>> read_members(archive* reader, Feed& feed, std::size_t max_entries) {
  std::vector<Member> members;
  archive_read_set_skip_callback(reader, on_skip);
  int status = archive_read_open(reader, &feed, nullptr, on_read, nullptr);
  while (status == ARCHIVE_OK || status == ARCHIVE_WARN) {
    archive_entry* entry = nullptr;
    status = archive_read_next_header(reader, &entry);
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) break;
    if (members.size() == max_entries) return ParseError{"expected up to " + std::to_string(max_entries) + " members"};
    members.push_back(member_of(entry));
  }
  if (status == ARCHIVE_EOF) return members;
  return error_of(reader);
}

result<std::vector<Member>> judge(Feed& feed, std::size_t max_entries) {
  const CLocale locale;
  const Reader reader = make_reader();
  auto members = read_members(reader.get(), feed, max_entries);
  if (feed.failure) std::rethrow_exception(feed.failure);
  return members;
}

}  // namespace

result<std::vector<Member>> judge_archive(const io::File& file) {
  FileFeed feed(file);
  return judge(feed, Limits{}.archive_entries);
}

result<std::vector<Member>> judge_archive(BlockSource& bytes, std::size_t max_entries) {
  SourceFeed feed(bytes);
  return judge(feed, max_entries);
}

}  // namespace occy::tar
