// http/no_proxy.hpp: which servers are reached without the proxy.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/url.hpp"

namespace occy::http {

/// The usual list, as in NO_PROXY: parted by commas or white space; each entry is "*", a host, a domain with or without
/// a leading dot or "*." (it and all below it), an address, a range of addresses ("10.0.0.0/8"), each but the last with
/// ":port" if one likes. What is none of these covers nothing.
class NoProxy {
 public:
  explicit NoProxy(std::string_view list);

  [[nodiscard]] bool covers(const Origin& origin) const;

 private:
  struct Entry {
    std::string host;  ///< lower case; empty: all
    std::optional<std::uint16_t> port = {};
    std::string network = {};  ///< the bytes of an address, where it is one
    unsigned prefix_bits = 0;
  };
  [[nodiscard]] static std::optional<Entry> parse(std::string_view text);
  [[nodiscard]] static std::optional<Entry> parse_range(std::string_view text, std::size_t slash);
  [[nodiscard]] static bool covers(const Entry& entry, const Origin& origin);

  std::vector<Entry> entries_;
};

}  // namespace occy::http
