// WWW-Authenticate: what was read, written again, reads as the same.
#include "registry/challenge.hpp"

#include <cstdlib>

#include "fuzz.hpp"

namespace {

using Challenges = std::vector<occy::registry::Challenge>;

std::string quoted(const std::string& value) {
  std::string text = "\"";
  for (const char c : value) text += (c == '"' || c == '\\') ? std::string{'\\', c} : std::string{c};
  return text + "\"";
}

std::string written(const Challenges& challenges) {
  std::string field;
  for (const auto& challenge : challenges) {
    field += (field.empty() ? "" : ", ") + challenge.scheme;
    for (const auto& [name, value] : challenge.parameters)
      field += (&name == &challenge.parameters.front().first ? " " : ",") + name + "=" + quoted(value);
  }
  return field;
}

bool is_same(const Challenges& left, const Challenges& right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i)
    if (left[i].scheme != right[i].scheme || left[i].parameters != right[i].parameters) return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto challenges = occy::registry::parse_challenges(occy::fuzz::text(data, size));
  if (!challenges) return 0;
  const std::string field = written(*challenges);
  const auto again = occy::registry::parse_challenges(field);
  // Quoting makes it longer, perhaps too long.
  if (again ? !is_same(*challenges, *again) : field.size() <= size) std::abort();
  return 0;
}
