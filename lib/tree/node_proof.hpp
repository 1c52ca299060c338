// tree/node_proof.hpp: holds one name on disk against what was written there.
#pragma once

#include <sys/stat.h>

#include <map>
#include <stop_token>
#include <string>
#include <utility>

#include "occy/check_results.hpp"
#include "tree/attributes.hpp"
#include "tree/record.hpp"
#include "tree/walk.hpp"

namespace occy::tree {

/// Findings, one for each difference: verify.path (another type), verify.mode, verify.owner, verify.content,
/// verify.link, verify.xattr; verify.unreachable where the caller may not read. Everything is borrowed.
class NodeProof {
 public:
  NodeProof(const Record& record, Ownership ownership, CheckResults& results, std::stop_token stop)
      : record_(record), ownership_(ownership), results_(results), stop_(std::move(stop)) {}

  /// `subject` names it in findings. Throws Errc::io when it cannot be looked at, Errc::cancelled after a stop
  /// request.
  void prove(const FoundName& found, const Node& node, const std::string& subject);
  void prove_root(const io::File& root);

 private:
  void compare_status(const struct stat& status, const Node& node, const std::string& subject);
  void compare_content(const FoundName& found, const Node& node, const std::string& subject);
  void compare_link(const FoundName& found, const Node& node, const std::string& subject);
  [[nodiscard]] bool is_proved(const struct stat& status, const Node& node) const;
  void compare_link_group(const struct stat& status, const Node& node, const std::string& subject);
  void compare_xattrs(const io::File& directory, const std::string& name, const Node& node, const std::string& subject);

  const Record& record_;
  Ownership ownership_;
  CheckResults& results_;
  std::stop_token stop_;
  std::map<std::uint32_t, ino_t> link_groups_;
};

}  // namespace occy::tree
