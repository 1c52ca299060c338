// tree/entry_checks.hpp: what no entry may be that is extracted, whatever the tree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "occy/entry.hpp"
#include "occy/error.hpp"
#include "occy/limits.hpp"
#include "tar/whiteout.hpp"

namespace occy::tree {

/// Where an entry goes. Views into the looker.
class EntryLook {
 public:
  /// Throws Error (side: input): Errc::bad_archive for "..", a whiteout that names nothing, a hard link that leaves;
  /// Errc::limit for names that no file system takes. `layer` is for messages. Borrows the entry.
  EntryLook(const Entry& entry, const std::string& layer);

  [[nodiscard]] const tar::PathMeaning& meaning() const noexcept { return meaning_; }
  [[nodiscard]] bool is_root() const noexcept;

  /// Of a hard link: the target without "./", "/" and the like.
  [[nodiscard]] std::string_view target() const noexcept { return target_; }

 private:
  std::string storage_;
  std::string target_storage_;
  tar::PathMeaning meaning_;
  std::string_view target_;
};

/// Error: Errc::bad_archive (side: input) about an entry of a layer.
[[noreturn]] void refuse_entry(const std::string& layer, std::string_view path, std::string what,
                               std::string expected = {}, std::string found = {});

/// Throws `error` again. One of side input gets a subject that begins with the layer's name.
[[noreturn]] void rethrow_named(const Error& error, const std::string& layer, std::string_view path);

/// Adds up what a layer puts on disk: what its entries declare, and what is copied for them. Throws Errc::limit (side:
/// input) about `path` above Limits::expanded_layer_bytes.
class DeclaredBytes {
 public:
  explicit DeclaredBytes(const Limits& limits) : limit_(limits.expanded_layer_bytes) {}
  void begin_layer() noexcept { declared_ = 0; }
  void add(std::uint64_t bytes, std::string_view path);

 private:
  std::uint64_t limit_;
  std::uint64_t declared_ = 0;
};

}  // namespace occy::tree
