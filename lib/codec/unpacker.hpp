// codec/unpacker.hpp: one compression format, without any reading or buffering of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "occy/digest.hpp"
#include "occy/error.hpp"
#include "occy/limits.hpp"

namespace occy::codec {

/// What one step did.
struct Step {
  std::size_t consumed = 0;
  std::size_t produced = 0;
};

/// Unpacks one stream piece by piece. Errors carry what is wrong and no subject: the caller adds it.
class Unpacker {
 public:
  virtual ~Unpacker() = default;

  /// Takes from `packed` (which may be empty, when only output is wanted) and fills `out`. No progress: it wants more.
  virtual Step step(Block packed, std::span<std::byte> out) = 0;

  /// Whether the stream may end here: between two members or frames, and not before the first.
  [[nodiscard]] virtual bool may_end() const noexcept = 0;

  /// "gzip", "zstd", for messages.
  [[nodiscard]] virtual const char* format() const noexcept = 0;
};

/// What is wrong with a stream, thrown by Unpacker::step().
struct BrokenStream {
  Errc code = Errc::bad_archive;
  std::string what;
  std::string expected = {};
  std::string found = {};
};

[[nodiscard]] std::unique_ptr<Unpacker> make_zlib_unpacker();
[[nodiscard]] std::unique_ptr<Unpacker> make_zstd_unpacker(const Limits& limits);
#ifdef OCCY_HAVE_ISAL
[[nodiscard]] std::unique_ptr<Unpacker> make_isal_unpacker();
#endif

/// The fastest one for gzip that was built in.
[[nodiscard]] std::unique_ptr<Unpacker> make_gzip_unpacker();

}  // namespace occy::codec
