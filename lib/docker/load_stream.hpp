// docker/load_stream.hpp: decides whether a load worked. Does no I/O: it is fed the status and the body.
//
// HTTP 200 alone means nothing (docs/docker-api.md, "The success rule"): success needs status 200, a body whose framing
// ended, no `error` or `errorDetail`, no stream line "Error unpacking image …", and a "Loaded image: NAME" (or "Loaded
// image ID: ID") line for what was sent.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "occy/digest.hpp"
#include "occy/limits.hpp"
#include "occy/reference.hpp"

namespace occy::docker {

/// What the answer to a load comes to.
struct LoadVerdict {
  bool loaded = false;

  /// Why not, in the engine's words where it had any; one line.
  std::string reason;

  /// Names and ids of "Loaded image" lines.
  std::vector<std::string> names;
  std::vector<std::string> ids;
};

/// Fed the body of one answer, in pieces of any size.
class LoadStream {
 public:
  /// `expected`: the name that must have been loaded. A Reference without a path: an image without a name, of which
  /// the engine must tell the id.
  LoadStream(unsigned status, Reference expected, const Limits& limits);
  ~LoadStream();

  void feed(Block bytes);

  /// After the proper end of the body.
  [[nodiscard]] LoadVerdict finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy::docker
