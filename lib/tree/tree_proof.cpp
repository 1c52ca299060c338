#include "tree/tree_proof.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <stop_token>
#include <utility>
#include <vector>

#include "io/descriptor.hpp"
#include "occy/error.hpp"
#include "tree/node_proof.hpp"
#include "tree/walk.hpp"

namespace occy::tree {
namespace {

constexpr std::array<const char*, Record::kTypes> kTypeNames = {
    "files", "hard links", "symbolic links", "character devices", "block devices", "directories", "fifos", "sockets"};

io::File open_root(const std::filesystem::path& root) {
  const int descriptor =
      io::above_standard_streams(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (descriptor < 0) io::throw_system_error(errno, Side::verify, root, "cannot open the tree");
  return {descriptor, root, Side::verify};
}

class Counter final : public TreeVisitor {
 public:
  Below visit(const FoundName& found) override {
    ++counts_.at(static_cast<std::size_t>(found.type));
    return Below::visit;
  }

  void compare(const Record& record, const std::string& root, CheckResults& results) const {
    for (std::size_t i = 0; i < counts_.size(); ++i)
      if (counts_.at(i) != record.counts().at(i))
        results.error("verify.count", root,
                      "expected " + std::to_string(record.counts().at(i)) + " " + kTypeNames.at(i) + ", found " +
                          std::to_string(counts_.at(i)));
  }

 private:
  Record::Counts counts_ = {};
};

class Comparison final : public TreeVisitor {
 public:
  Comparison(std::filesystem::path root, const Record& record, Ownership ownership, CheckResults& results,
             const std::stop_token& stop)
      : root_(std::move(root)), record_(record), proof_(record, ownership, results, stop), results_(results) {}

  Below visit(const FoundName& found) override {
    const std::string subject = (root_ / found.path).string();
    const Node* node = record_.find(found.path);
    if (node == nullptr) {
      results_.error("verify.path", subject, "is not of the image");
      return Below::skip;
    }
    seen_.push_back(node);
    proof_.prove(found, *node, subject);
    return Below::visit;
  }

  void report_missing() {
    std::sort(seen_.begin(), seen_.end());
    for (const auto& [path, node] : record_.nodes())
      if (!std::binary_search(seen_.begin(), seen_.end(), &node))
        results_.error("verify.path", (root_ / path).string(), "is missing");
  }

 private:
  std::filesystem::path root_;
  const Record& record_;
  NodeProof proof_;
  CheckResults& results_;
  std::vector<const Node*> seen_;
};

void prove_every_name(const io::File& root, const Record& record, Ownership ownership, CheckResults& results,
                      const std::stop_token& stop) {
  NodeProof(record, ownership, results, stop).prove_root(root);
  Comparison comparison(root.path(), record, ownership, results, stop);
  walk_tree(root, comparison);
  comparison.report_missing();
}

}  // namespace

CheckResults prove_tree(const std::filesystem::path& root, const Record& record, Ownership ownership, VerifyLevel level,
                        const Limits& limits, const std::stop_token& stop) noexcept {
  CheckResults results(limits.findings);
  try {
    const io::File opened = open_root(root);
    if (level == VerifyLevel::standard || record.depth() == RecordDepth::counts) {
      Counter counter;
      walk_tree(opened, counter);
      counter.compare(record, root.string(), results);
    } else {
      prove_every_name(opened, record, ownership, results, stop);
    }
    if (level == VerifyLevel::full && record.depth() == RecordDepth::counts)
      results.warning("verify.unreachable", root.string(), "a full proof was not asked for when the tree was written");
  } catch (const Error& error) {
    if (error.code() == Errc::cancelled)
      results.warning("verify.unreachable", root.string(), error.detail().what);
    else
      results.error("verify.tree", root.string(), error.what());
  } catch (const std::exception& error) {
    results.error("verify.tree", root.string(), error.what());
  }
  return results;
}

}  // namespace occy::tree
