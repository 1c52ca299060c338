#include "support/request_reader.hpp"

#include <algorithm>

namespace occy::test {

bool RequestReader::read_header(FakeRequest& request) {
  std::string head;
  if (!read_until("\r\n\r\n", head)) return false;
  request.line = head.substr(0, head.find("\r\n"));
  for (std::size_t at = request.line.size(); at < head.size();) {
    const std::size_t end = std::min(head.find("\r\n", at + 2), head.size());
    const std::string field = head.substr(at + 2, end - at - 2);
    request.fields.emplace_back(field.substr(0, field.find(": ")), field.substr(field.find(": ") + 2));
    at = end;
  }
  return true;
}

void RequestReader::read_body(FakeRequest& request, std::size_t enough) {
  if (request.field("Transfer-Encoding") == "chunked") return read_chunks(request, enough);
  const std::string length = request.field("Content-Length");
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  take(request.body, size, enough);
  request.body_finished = request.body.size() == size;
}

void RequestReader::wait_for_close() {
  while (receive_(received_)) received_.clear();
}

bool RequestReader::read_until(std::string_view mark, std::string& text) {
  while (received_.find(mark) == std::string::npos)
    if (!receive_(received_)) return false;
  text = received_.substr(0, received_.find(mark));
  received_.erase(0, text.size() + mark.size());
  return true;
}

/// Takes `bytes`, or fewer when there are enough of them or the client leaves.
void RequestReader::take(std::string& into, std::size_t bytes, std::size_t enough) {
  const std::size_t end = into.size() + bytes;
  while (into.size() < std::min(end, enough)) {
    if (received_.empty() && !receive_(received_)) return;
    const std::size_t taken = std::min(received_.size(), end - into.size());
    into.append(received_, 0, taken);
    received_.erase(0, taken);
  }
}

void RequestReader::read_chunks(FakeRequest& request, std::size_t enough) {
  std::string line;
  while (request.body.size() < enough && read_until("\r\n", line)) {
    const std::size_t size = std::stoul(line, nullptr, 16);
    const std::size_t end = request.body.size() + size;
    take(request.body, size, enough);
    if (request.body.size() < end || !read_until("\r\n", line)) return;
    request.body_finished = size == 0;
    if (request.body_finished) return;
  }
}

}  // namespace occy::test
