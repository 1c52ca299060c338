// tar/walker.hpp: reads the structure of a tar archive. Does no I/O: it is fed header blocks and says what comes next.
//
//   offset ─▶ driver reads 512 bytes ─▶ Walker::feed() ─▶ need_block | entry | end
//                     ▲                                        │
//                     └── skips padded(entry.stored_size) ─────┘
//
// The same machine indexes archives (pread of headers), walks layers as they stream by, and feeds the fuzzers.
// Understood: ustar, PAX (global headers too), GNU long names and links, GNU and PAX sparse files, old V7. What two
// readers could read in two ways is refused: a PAX size beside another header size is the classic; a PAX record that
// repeats in one block.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "occy/limits.hpp"
#include "occy/result.hpp"
#include "tar/entry.hpp"
#include "tar/extensions.hpp"
#include "tar/sparse.hpp"

namespace occy::tar {

/// What feed() has found out.
enum class Step {
  need_block,  ///< an extension header: feed the next block
  entry,       ///< entry() is complete: its data follows; feed the block after it
  end,         ///< the end-of-archive marker (two zero blocks) is complete
};

class Walker {
 public:
  explicit Walker(const Limits& limits = {});
  ~Walker();
  Walker(Walker&&) noexcept;
  Walker& operator=(Walker&&) noexcept;

  /// Takes the next header block, which stands at offset(). An error is final; its position is an offset in the
  /// archive.
  [[nodiscard]] result<Step> feed(const HeaderBlock& block);

  /// After Step::entry, until the next feed().
  [[nodiscard]] const Entry& entry() const noexcept;

  /// The map of an entry of GNU's old sparse format (type S); empty for all others. Valid as entry() is.
  [[nodiscard]] std::span<const SparseRun> sparse_runs() const noexcept;

  /// Where the block that feed() wants next stands.
  [[nodiscard]] std::uint64_t offset() const noexcept;

  /// What PAX global headers have said up to offset().
  [[nodiscard]] const PaxDefaults& defaults() const noexcept;

  /// Call when the archive ends where a block was wanted: whether it may end there. Only after Step::end it may; the
  /// error says what is missing.
  [[nodiscard]] result<void> finish() const;

  /// Whether nothing but the end-of-archive marker, or the second of its blocks, is missing at offset().
  [[nodiscard]] bool lacks_only_end() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy::tar
