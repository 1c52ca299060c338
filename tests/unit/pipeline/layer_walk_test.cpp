#include "pipeline/layer_walk.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/image_builder.hpp"
#include "support/packed.hpp"

using occy::Block;
using occy::Compression;
using occy::test::error_of;
using occy::test::make_tar;

namespace {

enum class CanSkip { yes, no };

// Bytes in memory that counts how many were lent.
class CountingReader final : public occy::LayerReader {
 public:
  CountingReader(std::string bytes, CanSkip can_skip, Compression compression = Compression::none)
      : bytes_(std::move(bytes)), can_skip_(can_skip) {
    info_.name = "layer";
    info_.compression = compression;
  }

  const occy::LayerInfo& info() const noexcept override { return info_; }

  Block next() override {
    const auto size = std::min<std::size_t>(4096, bytes_.size() - std::min(offset_, bytes_.size()));
    const Block block = std::as_bytes(std::span(bytes_)).subspan(std::min(offset_, bytes_.size()), size);
    offset_ += size;
    lent += size;
    return block;
  }

  std::uint64_t skip(std::uint64_t bytes) override {
    if (can_skip_ == CanSkip::no) return 0;
    offset_ += bytes;
    return bytes;
  }

  std::size_t lent = 0;

 private:
  std::string bytes_;
  CanSkip can_skip_;
  std::size_t offset_ = 0;
  occy::LayerInfo info_;
};

class Look final : public occy::pipeline::EntryLook {
 public:
  explicit Look(std::string wanted = "") : wanted_(std::move(wanted)) {}

  void begin_entry(const occy::Entry& entry, std::span<const occy::tar::SparseRun>) override {
    seen.push_back(entry.path);
    wants_ = entry.path == wanted_;
  }
  void take_data(Block bytes) override {
    if (wants_) data.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void end_entry() override { seen.push_back("end"); }
  bool wants_data() const noexcept override { return wants_; }

  std::vector<std::string> seen;
  std::string data;

 private:
  std::string wanted_;
  bool wants_ = false;
};

const std::string kLarge(200'000, 'x');
const std::string kLayer = make_tar({{"a", kLarge}, {"b", "small"}, {"c", std::string(100'000, 'c')}, {"d", kLarge}});
const std::vector<std::string> kSeen = {"a", "end", "b", "end", "c", "end", "d", "end"};

void walk(occy::LayerReader& reader, Look& look) { occy::pipeline::walk_layer(reader, {}, {}, look); }

}  // namespace

TEST_CASE("layer walk: data that nobody wants is passed over where the source can", "[pipeline]") {
  CountingReader reader(kLayer, CanSkip::yes);
  Look look;

  walk(reader, look);

  CHECK(look.seen == kSeen);
  CHECK(reader.lent < 6 * 4096);
}

TEST_CASE("layer walk: a source that cannot pass over is read", "[pipeline]") {
  CountingReader reader(kLayer, CanSkip::no);
  Look look;

  walk(reader, look);

  CHECK(look.seen == kSeen);
  CHECK(reader.lent > 500'000);
}

TEST_CASE("layer walk: packed layers are unpacked, and never passed over", "[pipeline]") {
  CountingReader reader(occy::test::pack(kLayer, Compression::gzip), CanSkip::yes, Compression::gzip);
  Look look;

  walk(reader, look);

  CHECK(look.seen == kSeen);
}

TEST_CASE("layer walk: data that is wanted comes whole", "[pipeline]") {
  CountingReader reader(kLayer, CanSkip::yes);
  Look look("c");

  walk(reader, look);

  CHECK(look.data == std::string(100'000, 'c'));
}

TEST_CASE("layer walk: what follows the end marker is not read", "[pipeline]") {
  CountingReader reader(kLayer + std::string(1'000'000, '\0'), CanSkip::yes);
  Look look;

  walk(reader, look);

  CHECK(reader.lent < 6 * 4096);
}

TEST_CASE("layer walk: a layer that was cut is an error, wherever it ends", "[pipeline]") {
  const std::string whole = make_tar({{"a", kLarge}});
  for (const std::size_t size : {std::size_t{700}, std::size_t{100'000}, 512 + kLarge.size() + 10}) {
    CountingReader reader(whole.substr(0, size), CanSkip::no);
    Look look;

    INFO(size);
    CHECK(error_of([&] { walk(reader, look); }).code() == occy::Errc::bad_archive);
  }
}

TEST_CASE("layer walk: a stop request ends it", "[pipeline]") {
  CountingReader reader(kLayer, CanSkip::no);
  Look look;
  std::stop_source stop;
  stop.request_stop();

  const auto error = error_of([&] { occy::pipeline::walk_layer(reader, {}, stop.get_token(), look); });

  CHECK(error.code() == occy::Errc::cancelled);
}
