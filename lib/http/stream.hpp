// http/stream.hpp: how bytes go over a connected socket: as they are, or through TLS.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <cstddef>
#include <functional>
#include <span>

namespace occy::http {

/// At most one read and one write at a time. What is done is told from within the io_context's run.
class Stream {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;
  using Done = std::function<void(const boost::system::error_code&, std::size_t)>;
  using Pieces = std::array<boost::asio::const_buffer, 3>;

  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  /// At least one byte, or an error; boost::asio::error::eof is the peer's proper end.
  virtual void read_some(std::span<std::byte> into, Done done) = 0;

  /// Some of the pieces' bytes.
  virtual void write_some(const Pieces& pieces, Done done) = 0;

  /// What lies below.
  [[nodiscard]] virtual Socket& socket() noexcept = 0;
};

class PlainStream final : public Stream {
 public:
  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  void read_some(std::span<std::byte> into, Done done) override;
  void write_some(const Pieces& pieces, Done done) override;
  [[nodiscard]] Socket& socket() noexcept override { return socket_; }

 private:
  Socket socket_;
};

}  // namespace occy::http
