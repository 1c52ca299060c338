// tar/judge.hpp: libarchive as the independent second reader of what occy wrote or accepted.
#pragma once

#include <string>
#include <vector>

#include "io/file.hpp"
#include "occy/layer.hpp"
#include "occy/result.hpp"
#include "tar/archive_index.hpp"

namespace occy::tar {

/// What libarchive sees in an archive file: names (normalised as in ArchiveIndex), types, links and sizes, in order.
/// data_offset is not known to it and stays 0. The error carries libarchive's words.
[[nodiscard]] result<std::vector<Member>> judge_archive(const io::File& file);

/// The same for a tar archive that streams by.
[[nodiscard]] result<std::vector<Member>> judge_archive(BlockSource& bytes, std::size_t max_entries);

}  // namespace occy::tar
