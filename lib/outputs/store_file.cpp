#include "outputs/store_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "io/destination.hpp"
#include "io/temporary_name.hpp"

namespace occy::outputs {
namespace {

io::File make_file(const io::File& directory, std::string& name) {
  io::TemporaryFile made = io::create_temporary(directory.descriptor(), "part");
  if (made.descriptor < 0) io::throw_destination_error(errno, directory.path(), "cannot make a file there");
  name = std::move(made.name);
  return {made.descriptor, directory.path(), Side::output};
}

}  // namespace

StoreFile::StoreFile(const io::File& directory) : directory_(directory), file_(make_file(directory, name_)) {}

StoreFile::~StoreFile() {
  if (!name_.empty()) ::unlinkat(directory_.descriptor(), name_.c_str(), 0);
}

void StoreFile::write(Block bytes) {
  file_.write_at(bytes, size_);
  size_ += bytes.size();
  if (size_ - handed_over_ < io::kWriteBackSize) return;
  file_.start_write_back(handed_over_, size_ - handed_over_);
  handed_over_ = size_;
}

void StoreFile::rename_to(const std::string& name) {
  file_.sync();
  const int directory = directory_.descriptor();
  if (::renameat(directory, name_.c_str(), directory, name.c_str()) != 0)
    io::throw_destination_error(errno, directory_.path() / name, "cannot rename the finished file into place");
  name_.clear();
}

}  // namespace occy::outputs
