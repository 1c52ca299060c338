// pipeline/layer_notes.hpp: what a comparison keeps of one layer: its entries with their attributes, and the digests of
// contents that it needs.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "occy/diff.hpp"
#include "pipeline/layer_walk.hpp"
#include "pipeline/plain_content.hpp"
#include "tree/layer_entries.hpp"

namespace occy::pipeline {

/// 56 bytes for each entry, 40 for each content, beside the paths.
class LayerNotes {
 public:
  LayerNotes(const std::string& layer, const Limits& limits) : entries_(std::in_place, layer, limits) {}

  /// Notes the next entry of the layer.
  void add(const Entry& entry);

  void set_content(std::size_t ordinal, const Digest& content);

  [[nodiscard]] std::size_t size() const noexcept { return attributes_.size(); }
  [[nodiscard]] std::optional<Digest> content(std::size_t ordinal) const;

  /// All that the entry says, but its links.
  [[nodiscard]] FileState state(std::size_t ordinal) const;

  /// The paths, until they are given up.
  [[nodiscard]] const tree::LayerEntries& entries() const { return entries_.value(); }
  void give_up_entries() { entries_.reset(); }

 private:
  struct Attributes {
    std::uint64_t size;
    std::int64_t uid;
    std::int64_t gid;
    Time mtime;
    std::uint32_t mode;
    std::uint32_t rarity;   // a number of rarities_, counted from 1
    std::uint32_t content;  // a number of contents_, counted from 1
  };

  /// What few entries have.
  struct Rarity {
    std::uint64_t device_major;
    std::uint64_t device_minor;
    std::optional<Digest> xattrs;
  };

  [[nodiscard]] std::uint32_t note_rarity(const Entry& entry);

  std::optional<tree::LayerEntries> entries_;
  std::deque<Attributes> attributes_;
  std::deque<Rarity> rarities_;
  std::deque<Digest> contents_;
};

/// Which contents of a layer are hashed.
class ContentChoice {
 public:
  [[nodiscard]] static ContentChoice none() { return ContentChoice(Kind::none, {}); }
  [[nodiscard]] static ContentChoice all() { return ContentChoice(Kind::all, {}); }

  /// By ordinal.
  [[nodiscard]] static ContentChoice some(std::vector<bool> wanted) { return {Kind::some, std::move(wanted)}; }

  [[nodiscard]] bool is_all() const noexcept { return kind_ == Kind::all; }

  /// Only regular files that are not empty have a content to speak of.
  [[nodiscard]] bool has(const Entry& entry, std::size_t ordinal) const;

 private:
  enum class Kind { none, all, some };
  ContentChoice(Kind kind, std::vector<bool> wanted) : kind_(kind), wanted_(std::move(wanted)) {}

  Kind kind_;
  std::vector<bool> wanted_;
};

/// Takes the notes of one layer that streams by.
class NoteTaker final : public EntryLook {
 public:
  NoteTaker(const std::string& layer, ContentChoice choice, const Limits& limits)
      : choice_(std::move(choice)),
        content_(layer, limits, [this](Block bytes) { hash_.update(bytes); }),
        notes_(layer, limits) {}
  NoteTaker(const NoteTaker&) = delete;
  NoteTaker& operator=(const NoteTaker&) = delete;

  void begin_entry(const Entry& entry, std::span<const tar::SparseRun> runs) override;
  void take_data(Block bytes) override;
  void end_entry() override;
  [[nodiscard]] bool wants_data() const noexcept override { return hashing_; }

  [[nodiscard]] LayerNotes take() { return std::move(notes_); }

 private:
  ContentChoice choice_;
  Sha256 hash_;
  PlainContent content_;
  LayerNotes notes_;
  bool hashing_ = false;
};

}  // namespace occy::pipeline
