#include "tar/pax_edit.hpp"

#include <algorithm>
#include <utility>

#include "tar/pax.hpp"
#include "tar/pax_writer.hpp"

namespace occy::tar {

void PaxEdit::set(std::string_view keyword, std::string value) {
  changes_.insert_or_assign(std::string(keyword), std::move(value));
}

void PaxEdit::remove(std::string_view keyword) { changes_.insert_or_assign(std::string(keyword), std::nullopt); }

std::string PaxEdit::apply_to(std::string_view text) const {
  std::string edited;
  auto missing = changes_;
  for (const PaxRecord& record : split_pax(text).value()) {
    const auto change = changes_.find(record.keyword);
    if (change == changes_.end())
      edited += text.substr(record.position, record.size);
    else if (change->second)
      append_pax_record(edited, change->first, *change->second);
    if (change != changes_.end()) missing.erase(change->first);
  }
  for (const auto& [keyword, value] : missing)
    if (value) append_pax_record(edited, keyword, *value);
  return edited;
}

bool has_pax_record(std::string_view text, std::string_view keyword) {
  if (text.empty()) return false;
  const auto records = split_pax(text).value();
  return std::any_of(records.begin(), records.end(), [&](const PaxRecord& r) { return r.keyword == keyword; });
}

}  // namespace occy::tar
