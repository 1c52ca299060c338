// The walker and libarchive on the same bytes: what both accept they must see alike.
#include <cstdlib>
#include <vector>

#include "fuzz.hpp"
#include "tar/judge.hpp"
#include "tar/stream_walker.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const occy::Block bytes = occy::fuzz::block(data, size);
  std::vector<occy::tar::Entry> entries;
  occy::tar::StreamWalker walker([&](const occy::tar::Entry& entry) { entries.push_back(entry); });
  if (!walker.push(bytes) || !walker.finish()) return 0;

  occy::fuzz::OneBlock again(bytes);
  const auto judged = occy::tar::judge_archive(again, 10'000);
  if (!judged) return 0;
  if (judged->size() != entries.size()) std::abort();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].type != occy::tar::EntryType::file) continue;
    if (judged->at(i).name != occy::tar::normalise_member_name(entries[i].path)) std::abort();
    if (judged->at(i).size != entries[i].real_size) std::abort();
  }
  return 0;
}
