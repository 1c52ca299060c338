#include "inputs/manifest_chain.hpp"

#include <map>

#include "support/catch.hpp"

using namespace occy;

namespace {

/// Documents under their digests.
class Store {
 public:
  Digest add(std::string text) {
    const auto digest = sha256(text);
    documents_[digest] = std::move(text);
    return digest;
  }
  void put_under(const Digest& digest, std::string text) { documents_[digest] = std::move(text); }

  [[nodiscard]] bool leads(const Digest& root, const Digest& config) const {
    const auto find = [this](const Digest& digest) {
      const auto found = documents_.find(digest);
      return found == documents_.end() ? std::nullopt : std::optional{found->second};
    };
    return leads_to_config(root, config, find, {});
  }

 private:
  std::map<Digest, std::string> documents_;
};

std::string manifest_of(const Digest& config) { return R"({"config":{"digest":")" + config.str() + R"("}})"; }

std::string index_leading_to(const Digest& manifest) {
  return R"({"manifests":[{"digest":")" + sha256(std::string_view{"not exported"}).str() + R"("},{"digest":")" +
         manifest.str() + R"("}]})";
}

const Digest kConfig = sha256(std::string_view{"{}"});
const Digest kOther = sha256(std::string_view{"other"});

}  // namespace

TEST_CASE("manifest chain: a manifest leads to the config that it names, and to no other", "[inputs]") {
  Store store;
  const auto manifest = store.add(manifest_of(kConfig));

  CHECK(store.leads(manifest, kConfig));
  CHECK_FALSE(store.leads(manifest, kOther));
}

TEST_CASE("manifest chain: an index leads to the configs of its manifests, as far as they are there", "[inputs]") {
  Store store;
  const auto index = store.add(index_leading_to(store.add(manifest_of(kConfig))));

  CHECK(store.leads(index, kConfig));
  CHECK_FALSE(store.leads(index, kOther));
}

TEST_CASE("manifest chain: a document that is missing, or is not its digest, leads nowhere", "[inputs]") {
  Store store;
  store.put_under(kOther, manifest_of(kConfig));

  CHECK_FALSE(store.leads(kOther, kConfig));
  CHECK_FALSE(store.leads(kConfig, kConfig));
}

TEST_CASE("manifest chain: documents of any other form lead nowhere", "[inputs]") {
  for (const auto* text : {"", "[]", "{}", "null", R"({"config":7})", R"({"config":{"digest":"sha256:12"}})",
                           R"({"manifests":{}})", R"({"manifests":[7,{},{"digest":null}]})", "<html>"}) {
    CAPTURE(text);
    Store store;
    CHECK_FALSE(store.leads(store.add(text), kConfig));
  }
}

TEST_CASE("manifest chain: an index that names an index is not followed for ever", "[inputs]") {
  Store store;
  const auto manifest = store.add(manifest_of(kConfig));

  CHECK_FALSE(store.leads(store.add(index_leading_to(store.add(index_leading_to(manifest)))), kConfig));
}
