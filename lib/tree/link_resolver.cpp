#include "tree/link_resolver.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace occy::tree {
namespace {

constexpr int kMostLinks = 40;

// Of all targets together: so that a thousand entries below forty long links are no hour's work.
constexpr std::size_t kMostLinkBytes = 4'095;

class Walk {
 public:
  Walk(std::string_view path, const Look& look) : look_(look) { push(path); }

  Resolved run() {
    while (!pending_.empty()) {
      const std::string component = std::move(pending_.back());
      pending_.pop_back();
      step(component);
    }
    return std::move(here_);
  }

 private:
  // The first component is taken first: from the end.
  void push(std::string_view path) {
    while (!path.empty()) {
      const auto slash = path.rfind('/');
      const auto component = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
      if (!component.empty() && component != ".") pending_.emplace_back(component);
      path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
    }
  }

  void step(const std::string& component) {
    if (component == "..") return leave();
    if (!here_.missing.empty()) return here_.missing.push_back(component);
    const std::string next = joined(here_.directory, component);
    const Sight sight = look_(next);
    switch (sight.kind) {
      case Sight::Kind::directory:
        here_.directory = next;
        break;
      case Sight::Kind::link:
        follow(sight.target);
        break;
      case Sight::Kind::missing:
      case Sight::Kind::other:
        here_.blocked = sight.kind == Sight::Kind::other;
        here_.missing.push_back(component);
        break;
    }
  }

  void leave() {
    if (here_.missing.empty()) {
      here_.directory = split_path(here_.directory).directory;
      return;
    }
    here_.missing.pop_back();
    if (here_.missing.empty()) here_.blocked = false;
  }

  void follow(const std::string& target) {
    link_bytes_ += target.size();
    if (++links_ > kMostLinks || link_bytes_ > kMostLinkBytes) throw std::system_error(ELOOP, std::generic_category());
    if (target.starts_with('/')) here_.directory.clear();
    push(target);
  }

  const Look& look_;
  std::vector<std::string> pending_;
  Resolved here_;
  int links_ = 0;
  std::size_t link_bytes_ = 0;
};

}  // namespace

Resolved resolve_links(std::string_view path, const Look& look) { return Walk(path, look).run(); }

std::string joined(std::string_view directory, std::string_view name) {
  std::string path;
  path.reserve(directory.size() + name.size() + 1);
  path.append(directory);
  if (!directory.empty() && !name.empty()) path += '/';
  return path.append(name);
}

SplitPath split_path(std::string_view path) noexcept {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return {.directory = {}, .name = path};
  return {.directory = path.substr(0, slash), .name = path.substr(slash + 1)};
}

}  // namespace occy::tree
