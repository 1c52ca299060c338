#include "tree/case_folding.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "occy/error.hpp"
#include "tree/walk.hpp"

namespace occy::tree {
namespace {

class NameSearch final : public TreeVisitor {
 public:
  explicit NameSearch(const std::string& name) : name_(name) {}

  Below visit(const FoundName& found) override {
    found_ = found_ || found.name == name_;
    return Below::skip;
  }

  [[nodiscard]] bool found() const noexcept { return found_; }

 private:
  const std::string& name_;
  bool found_ = false;
};

}  // namespace

bool folds_case(const io::File& directory) {
  constexpr const char* kProbe = "occy-case-probe";
  constexpr const char* kOther = "OCCY-CASE-PROBE";
  struct stat status {};
  if (::mkdirat(directory.descriptor(), kProbe, S_IRWXU) != 0)
    io::throw_system_error(errno, Side::output, directory.path(), "cannot write in this directory");
  const bool folds = ::fstatat(directory.descriptor(), kOther, &status, AT_SYMLINK_NOFOLLOW) == 0;
  ::unlinkat(directory.descriptor(), kProbe, AT_REMOVEDIR);
  return folds;
}

void require_exact_name(const io::File& directory, const std::string& name) {
  struct stat status {};
  if (::fstatat(directory.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
  NameSearch search(name);
  walk_tree(directory, search);
  if (search.found()) return;
  throw Error(Errc::destination, Side::output,
              {.subject = (directory.path() / name).string(),
               .what = "another name of the image is taken for the same here",
               .hint = "extract to a file system that tells upper from lower case"});
}

void require_exact_path(const RootDirectory& root, std::string_view path) {
  while (!path.empty()) {
    const auto [directory, name] = split_path(path);
    if (const auto opened = root.find(directory)) require_exact_name(*opened, std::string(name));
    path = directory;
  }
}

}  // namespace occy::tree
