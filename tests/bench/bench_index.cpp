// How fast an archive is indexed: the walk over the headers of an outer archive with many members.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "io/file.hpp"
#include "tar/archive_index.hpp"
#include "tar/encoder.hpp"

namespace {

/// An archive of `members` files of 4 KiB.
occy::io::File make_archive(std::size_t members) {
  occy::io::File file = occy::io::make_nameless_file("/tmp", occy::Side::output);
  const std::vector<std::byte> data(4096);
  std::uint64_t offset = 0;
  for (std::size_t number = 0; number < members; ++number) {
    occy::tar::Entry entry;
    entry.path = "blobs/sha256/" + std::to_string(number);
    entry.stored_size = entry.real_size = data.size();
    const std::vector<std::byte> header = occy::tar::encode_header(entry);
    file.write_at(header, offset);
    file.write_at(data, offset + header.size());
    offset += header.size() + data.size();
  }
  file.write_at(occy::tar::kEndOfArchive, offset);
  return file;
}

void build_index(benchmark::State& state) {
  const occy::io::File file = make_archive(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const occy::tar::ArchiveIndex index = occy::tar::ArchiveIndex::build(file);
    if (index.failure()) return state.SkipWithError("the index refused the archive");
    benchmark::DoNotOptimize(index.members().data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(build_index)->Arg(100)->Arg(50'000);

}  // namespace
