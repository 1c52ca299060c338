// http/response_reader.hpp: takes the bytes of one answer apart. No socket in here.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "http/message.hpp"
#include "occy/digest.hpp"

namespace occy::http {

/// Fed with what comes from the server, in pieces of any size; gives the answer's header and lends its body out of the
/// buffer that the bytes were received in.
///
/// Interim answers (100 Continue) are skipped. Strict where two readers could see two bodies: an answer that has both
/// Content-Length and chunks, two lengths, or a transfer coding other than "chunked" is broken.
class ResponseReader {
 public:
  /// Whether the answer has a body may depend on what was asked: one to HEAD has none, whatever its fields say, and
  /// what follows one to CONNECT is no body.
  enum class Expects { body, no_body };
  explicit ResponseReader(Expects expects = Expects::body);
  ~ResponseReader();

  enum class Stage {
    header,    ///< not whole yet
    body,      ///< response() is there; more body may come
    complete,  ///< the body has come to its proper end
    broken,    ///< not HTTP/1.x, broken framing, or cut: fault() says what
  };
  [[nodiscard]] Stage stage() const noexcept;

  /// Where the next bytes go; never empty. Invalidates what body() lent.
  [[nodiscard]] std::span<std::byte> space();

  /// So many bytes were put at the beginning of space().
  void received(std::size_t bytes);

  /// The server closed its side. Before the end that the framing promised, the answer is broken; so is one that the end
  /// of the connection ends, when that was not `orderly` (a reset, TLS without its last word).
  enum class Ending { orderly, broken };
  void ended(Ending ending = Ending::orderly);

  /// From Stage::body on.
  [[nodiscard]] const Response& response() const noexcept;

  /// The next run of the body among the bytes received, valid until space() is called; empty when there is none:
  /// stage() then says whether more may come.
  [[nodiscard]] Block body();

  /// With Stage::complete: whether another request may follow on the same connection.
  [[nodiscard]] bool keeps_connection() const noexcept;

  /// One phrase; with Stage::broken.
  [[nodiscard]] const std::string& fault() const noexcept;

  /// Whether it is broken because the connection ended: what came until then was good.
  [[nodiscard]] bool is_cut() const noexcept;

  /// Whether no byte of an answer has come.
  [[nodiscard]] bool is_untouched() const noexcept;

  /// Whether a part of a header has come, and not the rest; interim answers that are whole are none.
  [[nodiscard]] bool is_in_header() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy::http
