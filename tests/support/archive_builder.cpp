#include "support/archive_builder.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "support/packed.hpp"
#include "tar/header.hpp"

namespace occy::test {
namespace {

std::string octal(std::uint64_t value, int digits) {
  std::string text(static_cast<std::size_t>(digits), '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 3U)
    *digit = static_cast<char>('0' + (value & 7U));
  return text;
}

std::string padding(std::size_t size) { return std::string((tar::kBlock - size % tar::kBlock) % tar::kBlock, '\0'); }

std::string header(const std::string& name, char type, std::uint64_t size, const std::string& link, bool gnu) {
  std::string block(tar::kBlock, '\0');
  const auto put = [&](std::size_t offset, const std::string& text) { block.replace(offset, text.size(), text); };
  put(0, name.substr(0, 100));
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, octal(size, 11));
  put(136, octal(0, 11));
  put(156, std::string(1, type));
  put(157, link.substr(0, 100));
  put(257, gnu ? std::string("ustar  ") : std::string("ustar\00000", 8));
  repair_checksum(block, 0);
  return block;
}

std::string pax_record(const std::string& key, const std::string& value) {
  const std::string rest = " " + key + "=" + value + "\n";
  std::size_t size = rest.size() + 1;
  while (std::to_string(size).size() + rest.size() != size) size = std::to_string(size).size() + rest.size();
  return std::to_string(size) + rest;
}

std::string extension(char type, const std::string& name, const std::string& bytes) {
  return header(name, type, bytes.size(), "", type != 'x') + bytes + padding(bytes.size());
}

std::string long_names(const TarMember& member) {
  if (member.form == NameForm::pax) {
    std::string records = pax_record("path", member.name);
    if (!member.link.empty()) records += pax_record("linkpath", member.link);
    return extension('x', "PaxHeaders/member", records);
  }
  if (member.form == NameForm::ustar) return {};
  const std::string link =
      member.link.empty() ? "" : extension('K', "././@LongLink", member.link + std::string(1, '\0'));
  return link + extension('L', "././@LongLink", member.name + std::string(1, '\0'));
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

template <class List, class ToText>
std::string joined(const List& list, ToText to_text) {
  std::string text;
  for (const auto& item : list) text += (text.empty() ? "" : ",") + to_text(item);
  return text;
}

/// Gathers the members of one archive; each name once.
class Saving {
 public:
  Saving(const std::vector<SavedImage>& images, const SaveForm& form) : images_(images), form_(form) {}

  std::vector<TarMember> run() {
    for (const auto& image : images_) add_image(image);
    if (form_.dialect == Dialect::docker_25) add_oci_documents();
    if (form_.dialect == Dialect::docker_1_10 || form_.dialect == Dialect::podman)
      add({.name = "repositories", .bytes = R"({"occy/test":{"1":"0"}})"});
    place_manifest("[" + manifest_ + "]\n");
    for (auto& member : members_) {
      member.name = form_.prefix + member.name;
      member.form = form_.names;
    }
    return std::move(members_);
  }

 private:
  void add_image(const SavedImage& image) {
    std::vector<std::string> layers;
    for (const auto& layer : image.layers) layers.push_back(add_layer(layer, layers.size()));
    const std::string config = image.config();
    const std::string config_name =
        form_.dialect == Dialect::docker_25 ? add_blob(config) : sha256(config).hex() + ".json";
    add({.name = config_name, .bytes = config});
    if (form_.dialect == Dialect::docker_25) add_oci_manifest(image, config);
    const std::string tags = image.name.empty() ? "null" : "[" + quoted(image.name) + "]";
    manifest_ += (manifest_.empty() ? "" : ",") + (R"({"Config":)" + quoted(config_name)) + R"(,"RepoTags":)" + tags +
                 R"(,"Layers":[)" + joined(layers, quoted) + "]}";
  }

  std::string add_layer(const std::string& layer, std::size_t position) {
    const std::string diff_id = sha256(layer).hex();
    switch (form_.dialect) {
      case Dialect::docker_25:
        return add_blob(pack(layer, form_.compression));
      case Dialect::podman:
        add({.name = diff_id + ".tar", .bytes = layer});
        add_legacy("../" + diff_id + ".tar", diff_id, position);
        return diff_id + ".tar";
      case Dialect::docker_1_10:
        return add_numbered_layer(layer, diff_id, position);
      case Dialect::occy:
        break;
    }
    add({.name = diff_id + "/layer.tar", .bytes = layer});
    return diff_id + "/layer.tar";
  }

  /// Docker names these by chain, so the same layer has several names; all but one are links.
  std::string add_numbered_layer(const std::string& layer, const std::string& diff_id, std::size_t position) {
    const std::string directory = sha256("id " + std::to_string(position) + diff_id).hex();
    const std::string name = directory + "/layer.tar";
    const auto first = first_name_.emplace(diff_id, name).first->second;
    add({.name = directory + "/", .type = '5'});
    add({.name = directory + "/VERSION", .bytes = "1.0"});
    add({.name = directory + "/json", .bytes = R"({"id":")" + directory + R"("})"});
    if (first == name)
      add({.name = name, .bytes = layer});
    else
      add({.name = name, .type = '2', .link = "../" + first});
    return name;
  }

  void add_legacy(const std::string& target, const std::string& diff_id, std::size_t position) {
    const std::string directory = sha256("id " + std::to_string(position) + diff_id).hex();
    add({.name = directory + "/layer.tar", .type = '2', .link = target});
    add({.name = directory + "/VERSION", .bytes = "1.0"});
    add({.name = directory + "/json", .bytes = R"({"id":")" + directory + R"("})"});
  }

  std::string add_blob(const std::string& bytes) {
    const std::string name = "blobs/sha256/" + sha256(bytes).hex();
    add({.name = name, .bytes = bytes});
    return name;
  }

  static std::string descriptor(const std::string& bytes) {
    return R"("digest":")" + sha256(bytes).str() + R"(","size":)" + std::to_string(bytes.size());
  }

  void add_oci_manifest(const SavedImage& image, const std::string& config) {
    const std::string manifest =
        R"({"schemaVersion":2,"config":{)" + descriptor(config) + R"(},"layers":[)" +
        joined(image.layers,
               [&](const std::string& layer) { return "{" + descriptor(pack(layer, form_.compression)) + "}"; }) +
        "]}";
    add_blob(manifest);
    const std::string annotations =
        image.name.empty() ? "" : R"(,"annotations":{"io.containerd.image.name":"docker.io/)" + image.name + R"("})";
    index_ += (index_.empty() ? "{" : ",{") + descriptor(manifest) + annotations + "}";
  }

  void add_oci_documents() {
    add({.name = "blobs/", .type = '5'});
    add({.name = "index.json", .bytes = R"({"schemaVersion":2,"manifests":[)" + index_ + "]}"});
    add({.name = "oci-layout", .bytes = R"({"imageLayoutVersion":"1.0.0"})"});
  }

  void place_manifest(const std::string& manifest) {
    auto place = members_.end();
    if (form_.manifest == Place::first) place = members_.begin();
    if (form_.manifest == Place::middle) place = members_.begin() + static_cast<std::ptrdiff_t>(members_.size() / 2);
    members_.insert(place, {.name = "manifest.json", .bytes = manifest});
  }

  void add(TarMember member) {
    if (names_.insert(member.name).second) members_.push_back(std::move(member));
  }

  const std::vector<SavedImage>& images_;
  const SaveForm& form_;
  std::vector<TarMember> members_;
  std::set<std::string> names_;
  std::map<std::string, std::string> first_name_;
  std::string manifest_;
  std::string index_;
};

}  // namespace

void repair_checksum(std::string& archive, std::size_t offset) {
  archive.replace(offset + 148, 8, 8, ' ');
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < tar::kBlock; ++i) sum += static_cast<unsigned char>(archive[offset + i]);
  archive.replace(offset + 148, 8, octal(sum, 6) + std::string("\0 ", 2));
}

std::string tar_member(const TarMember& member) {
  const bool gnu = member.form == NameForm::gnu;
  return long_names(member) +
         header(member.name, member.type, member.declared_size.value_or(member.bytes.size()), member.link, gnu) +
         member.bytes + padding(member.bytes.size());
}

std::string tar_archive(const std::vector<TarMember>& members) {
  std::string archive;
  for (const auto& member : members) archive += tar_member(member);
  return archive + std::string(2 * tar::kBlock, '\0');
}

std::string small_layer(const std::string& text) {
  return tar_archive({{.name = "etc/", .type = '5'}, {.name = "etc/motd", .bytes = text}});
}

std::vector<Digest> SavedImage::diff_ids() const {
  std::vector<Digest> digests;
  for (const auto& layer : layers) digests.push_back(sha256(layer));
  return digests;
}

std::string SavedImage::config() const {
  return R"({"architecture":"amd64","os":"linux","created":"2023-11-14T22:13:20Z","config":{"Labels":{"image":")" +
         name + R"("}},"rootfs":{"type":"layers","diff_ids":[)" +
         joined(diff_ids(), [](const Digest& digest) { return quoted(digest.str()); }) + "]}}";
}

std::vector<TarMember> save(const std::vector<SavedImage>& images, const SaveForm& form) {
  return Saving(images, form).run();
}

std::string saved_archive(const std::vector<SavedImage>& images, const SaveForm& form) {
  return tar_archive(save(images, form));
}

TarMember& member_of(std::vector<TarMember>& members, const std::string& name) {
  const auto found = std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.name == name; });
  if (found == members.end()) throw std::runtime_error("the archive of the test has no member " + name);
  return *found;
}

void remove_member(std::vector<TarMember>& members, const std::string& name) {
  members.erase(members.begin() + (&member_of(members, name) - members.data()));
}

std::string name_ending(const std::vector<TarMember>& members, const std::string& end) {
  const auto found = std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.name.ends_with(end); });
  if (found == members.end()) throw std::runtime_error("the archive of the test has no member *" + end);
  return found->name;
}

SavedImage small_image(const std::string& name) {
  return {.name = name, .layers = {small_layer("one"), small_layer("two"), small_layer("three")}};
}

}  // namespace occy::test
