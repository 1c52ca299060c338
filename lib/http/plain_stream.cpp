#include "http/stream.hpp"

namespace occy::http {

void PlainStream::read_some(std::span<std::byte> into, Done done) {
  socket_.async_read_some(boost::asio::buffer(into.data(), into.size()), std::move(done));
}

void PlainStream::write_some(const Pieces& pieces, Done done) { socket_.async_write_some(pieces, std::move(done)); }

}  // namespace occy::http
