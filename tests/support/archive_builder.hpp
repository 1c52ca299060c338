// support/archive_builder.hpp: docker-save archives from code, as each engine writes them, and spoiled in any way.
//
// An archive is a list of members until the last moment, so that a fault is an edit of that list. The tar writer here
// is an own one: what occy's encoder and reader do wrong together must not look right.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "occy/digest.hpp"
#include "occy/layer.hpp"

namespace occy::test {

/// How a member's name is written.
enum class NameForm { ustar, pax, gnu };

struct TarMember {
  std::string name;
  std::string bytes = {};
  char type = '0';
  std::string link = {};
  NameForm form = NameForm::ustar;

  /// What the header says; missing: the truth.
  std::optional<std::uint64_t> declared_size = {};
};

/// Header, data and padding of one member.
[[nodiscard]] std::string tar_member(const TarMember& member);

/// A whole archive, with its end.
[[nodiscard]] std::string tar_archive(const std::vector<TarMember>& members);

/// Writes the checksum of the header block at `offset` anew.
void repair_checksum(std::string& archive, std::size_t offset);

/// A small layer whose only file says `text`.
[[nodiscard]] std::string small_layer(const std::string& text);

/// An image as its parts.
struct SavedImage {
  std::string name;                 ///< "occy/test:1"; empty: it has none
  std::vector<std::string> layers;  ///< uncompressed, lowest first; may repeat

  [[nodiscard]] std::vector<Digest> diff_ids() const;
  [[nodiscard]] std::string config() const;
};

enum class Dialect {
  docker_1_10,  ///< <id>/layer.tar, VERSION, json, repositories; repeated layers are symbolic links
  docker_25,    ///< blobs/sha256, index.json, oci-layout, manifest.json
  podman,       ///< <diff_id>.tar, and <id>/layer.tar as links to them
  occy,         ///< <diff_id>/layer.tar, nothing else
};

/// Where manifest.json stands.
enum class Place { first, middle, last };

struct SaveForm {
  Dialect dialect = Dialect::docker_25;
  Place manifest = Place::last;
  NameForm names = NameForm::ustar;

  /// Of the layers; only in docker_25, whose blobs are then named by the packed bytes, as containerd does.
  Compression compression = Compression::none;

  /// "./", or nothing.
  std::string prefix = {};
};

/// The members that an engine would write for these images.
[[nodiscard]] std::vector<TarMember> save(const std::vector<SavedImage>& images, const SaveForm& form = {});

/// save() as an archive.
[[nodiscard]] std::string saved_archive(const std::vector<SavedImage>& images, const SaveForm& form = {});

/// The member of this name; fails the test when there is none.
[[nodiscard]] TarMember& member_of(std::vector<TarMember>& members, const std::string& name);

void remove_member(std::vector<TarMember>& members, const std::string& name);

/// The name of the first member that ends like this.
[[nodiscard]] std::string name_ending(const std::vector<TarMember>& members, const std::string& end);

/// Three layers: "one", "two", "three".
[[nodiscard]] SavedImage small_image(const std::string& name = "occy/test:1");

}  // namespace occy::test
