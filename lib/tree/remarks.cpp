#include "tree/remarks.hpp"

#include "occy/error.hpp"

namespace occy::tree {
namespace {

struct Text {
  const char* check;
  const char* says;
};

constexpr std::array<Text, static_cast<std::size_t>(Remark::count_)> kTexts = {{
    {"extract.owner", "not given to their owners, which are recorded in user.containers.override_stat"},
    {"extract.mode", "have other permission bits than in the image"},
    {"extract.record", "have neither the owner of the image nor a record of it"},
    {"extract.device", "are empty files, and device nodes in the image"},
    {"extract.xattr", "lack extended attributes of the image"},
    {"extract.type", "were left out: nobody unpacks entries of their types"},
    {"extract.opaque", "do not hide what lower layers have: the file system takes no such mark"},
}};

}  // namespace

void Remarks::note(Remark remark, std::string_view path) {
  Tally& tally = tallies_.at(static_cast<std::size_t>(remark));
  if (tally.count++ == 0) tally.first = path;
}

CheckResults Remarks::results(const std::string& subject) const {
  CheckResults results;
  for (std::size_t i = 0; i < tallies_.size(); ++i) {
    const Tally& tally = tallies_.at(i);
    if (tally.count == 0) continue;
    results.warning(
        kTexts.at(i).check, subject,
        std::to_string(tally.count) + " paths " + kTexts.at(i).says + "; the first: " + printable(tally.first));
  }
  return results;
}

}  // namespace occy::tree
