// What a repository has: tags, and manifests that refer to others.
#include <utility>

#include "occy/error.hpp"
#include "registry/paging.hpp"
#include "registry/repository_state.hpp"
#include "tar/archive_fault.hpp"
#include "tar/oci_document.hpp"
#include "tar/oci_writing.hpp"

namespace occy::registry {
namespace {

// More than any repository has, and some 100 MB of memory.
constexpr std::size_t kMostTags = 1'000'000;

[[noreturn]] void refuse_list(const Conversation& talk, const Question& question, Errc code, std::string what) {
  throw Error(code, talk.address().account.side, {.subject = question.subject, .what = std::move(what)});
}

/// Gives how many there are.
std::size_t append_descriptors(const Conversation& talk, const Question& question, std::string_view index,
                               std::vector<Descriptor>& descriptors) {
  const auto document = tar::parse_oci_document(index, talk.limits());
  if (!document) refuse_list(talk, question, Errc::bad_document, "referrers: " + tar::located(document.error()));
  if (document->config) refuse_list(talk, question, Errc::bad_document, "referrers: expected an image index");
  if (descriptors.size() + document->manifests.size() > talk.limits().images)
    refuse_list(talk, question, Errc::limit, "too many referrers");
  for (const auto& entry : document->manifests) descriptors.push_back(entry.descriptor);
  return document->manifests.size();
}

/// What is not there: no value.
template <class Ask>
auto if_found(const Ask& ask) -> std::optional<decltype(ask())> {
  try {
    return ask();
  } catch (const Error& error) {
    if (error.code() != Errc::not_found) throw;
    return std::nullopt;
  }
}

}  // namespace

std::vector<std::string> Repository::tags() {
  const Conversation& talk = *state_->talk;
  const Question question = talk.question("GET", "tags/list?n=1000", state_->access_to_read());
  std::vector<std::string> tags;
  for_each_page(talk, question, "no such repository", [&](const std::string& body) {
    auto page = parse_tags(body, talk.limits());
    if (!page) refuse_list(talk, question, Errc::bad_document, tar::located(page.error()));
    if (tags.size() + page->size() > kMostTags) refuse_list(talk, question, Errc::limit, "too many tags");
    tags.insert(tags.end(), std::make_move_iterator(page->begin()), std::make_move_iterator(page->end()));
    return page->size();
  });
  return tags;
}

std::vector<Descriptor> Repository::referrers(const Digest& digest) {
  const Conversation& talk = *state_->talk;
  Question question = talk.question("GET", "referrers/" + digest.str(), state_->access_to_read());
  question.subject = talk.name_of(digest);
  question.fields.emplace_back("Accept", tar::kOciIndexType);
  const auto told = if_found([&] {
    std::vector<Descriptor> descriptors;
    for_each_page(talk, question, "no referrers",
                  [&](const std::string& body) { return append_descriptors(talk, question, body, descriptors); });
    return descriptors;
  });
  if (told) return *told;
  std::vector<Descriptor> descriptors;
  if (const auto index = if_found([&] { return manifest("sha256-" + digest.hex()); }))
    append_descriptors(talk, question, index->bytes, descriptors);
  return descriptors;
}

}  // namespace occy::registry

namespace occy {

std::vector<std::string> list_tags(const RegistrySession& session, const RegistryPlace& place) {
  return registry::Repository(session, place, Side::input).tags();
}

Digest find_digest(const RegistrySession& session, const RegistryPlace& place) {
  registry::Repository repository(session, place, Side::input);
  if (const auto found = repository.find_manifest(repository.reference())) return found->digest;
  throw Error(Errc::not_found, Side::input, {.subject = repository.name(), .what = "no such tag or digest"});
}

}  // namespace occy
