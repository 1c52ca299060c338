#include "tree/remarks.hpp"

#include "occy/error.hpp"

namespace occy::tree {
namespace {

struct Text {
  const char* check;
  const char* says;
};

constexpr std::array<Text, static_cast<std::size_t>(Remark::count_)> kTexts = {{
    {"extract.owner", "owner of the image not set, but recorded in user.containers.override_stat"},
    {"extract.mode", "other permission bits than in the image"},
    {"extract.record", "neither the owner of the image nor a record of it"},
    {"extract.device", "an empty file in place of a device node"},
    {"extract.xattr", "without extended attributes of the image"},
    {"extract.type", "left out: nobody unpacks entries of this type"},
    {"extract.opaque", "what lower layers have shows through: the file system takes no mark that hides it"},
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
    const std::string more = tally.count == 1 ? "" : ", and " + std::to_string(tally.count - 1) + " more";
    results.warning(kTexts.at(i).check, subject, kTexts.at(i).says + (": " + printable(tally.first)) + more);
  }
  return results;
}

}  // namespace occy::tree
