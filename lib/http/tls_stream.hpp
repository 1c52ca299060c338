// http/tls_stream.hpp: TLS on a connected socket.
#pragma once

#include <boost/asio/ssl/stream.hpp>
#include <string>
#include <string_view>

#include "http/stream.hpp"
#include "http/tls_context.hpp"
#include "http/tls_fault.hpp"

namespace occy::http {

class TlsStream final : public Stream {
 public:
  /// `host`: a name or an address; what the certificate must be for, and for a name what the server is told (SNI).
  TlsStream(Socket socket, const TlsContext& context, std::string_view host);

  /// False when no certificate can be held against the host. Then nothing may be sent.
  [[nodiscard]] bool is_ready() const noexcept { return ready_; }

  /// Must be done first, and well.
  void shake_hands(Done done);

  /// After a handshake that failed.
  [[nodiscard]] ErrorDetail explain(const boost::system::error_code& error) const;

  void read_some(std::span<std::byte> into, Done done) override;
  void write_some(const Pieces& pieces, Done done) override;
  [[nodiscard]] Socket& socket() noexcept override { return stream_.next_layer(); }

 private:
  void expect_host();

  std::string host_;
  bool ready_ = true;
  CertificateFault fault_;
  boost::asio::ssl::stream<Socket> stream_;
};

}  // namespace occy::http
