// outputs/load_session.hpp: one POST /images/load: bytes go in, a verdict comes out.
#pragma once

#include <memory>
#include <string>

#include "docker/engine.hpp"
#include "docker/load_stream.hpp"
#include "occy/limits.hpp"
#include "occy/reference.hpp"

namespace occy {

/// Destroyed before finish(): the body stays without its last chunk, and the engine creates nothing.
class LoadSession {
 public:
  /// Begins the load. `name` is the name that the engine must report as loaded.
  LoadSession(docker::Engine& engine, Reference name, const Limits& limits);

  /// Sends more of the archive. Throws Errc::refused (side: output) with the engine's words when it answers before it
  /// has everything; whatever it answers, that is no success.
  void send(Block bytes);

  /// Sends the archive's end marker and waits, as long as the engine works, for what became of it. Throws Errc::refused
  /// (side: output) with the engine's words unless our image was loaded.
  void finish();

 private:
  [[nodiscard]] docker::LoadVerdict read_verdict(http::Patience patience);
  [[nodiscard]] std::string read_answer(docker::LoadStream& stream, http::Patience patience);
  [[noreturn]] void refuse(std::string what, std::string found) const;

  Reference name_;
  Limits limits_;
  std::unique_ptr<http::Exchange> exchange_;
};

}  // namespace occy
