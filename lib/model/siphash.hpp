// model/siphash.hpp: a hash of names that somebody else chose.
//
// Two names of one std::hash are easily made; of SipHash nobody makes them who does not know the key.
// Specification: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (SipHash-2-4).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace occy {

using SipKey = std::array<std::uint64_t, 2>;

/// A key that nobody can know. Throws Error (Errc::unsupported) when the system has no random bytes.
[[nodiscard]] SipKey random_sip_key();

[[nodiscard]] std::uint64_t siphash(const SipKey& key, std::string_view text) noexcept;

}  // namespace occy
