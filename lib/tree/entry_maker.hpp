// tree/entry_maker.hpp: makes of each entry of a layer what it stands for, wherever that goes.
#pragma once

#include <optional>
#include <string>
#include <system_error>

#include "occy/error.hpp"
#include "tree/entry_checks.hpp"
#include "tree/entry_stream.hpp"
#include "tree/extractor.hpp"
#include "tree/file_content.hpp"
#include "tree/ground.hpp"

namespace occy::tree {

/// Takes the bytes of layers and works on a ground. Everything is borrowed.
class EntryMaker final : private EntryTaker {
 public:
  EntryMaker(Ground& ground, const AttributeSetter& setter, Remarks& remarks, DeclaredBytes& declared,
             const ExtractorOptions& options)
      : ground_(ground), setter_(setter), remarks_(remarks), declared_(declared), options_(options) {}

  void begin_layer(const std::string& name);
  void write(Block bytes) { stream_->push(bytes); }
  void end_layer();

 private:
  /// The file whose data comes.
  struct OpenFile {
    FileContent content;
    Place place;
    Attributes attributes;
  };

  void begin_entry(const Entry& entry, std::span<const tar::SparseRun> runs) override;
  void take_data(Block bytes) override;
  void end_entry() override;

  /// What is wrong with the layer is told with its name and the entry's.
  template <class Work>
  void naming_entry(Work work) {
    try {
      work();
    } catch (const std::system_error& error) {
      refuse_entry(layer_, path_, "cannot be reached", {}, error.code().message());
    } catch (const Error& error) {
      rethrow_named(error, layer_, path_);
    }
  }

  void take(const Entry& entry, std::span<const tar::SparseRun> runs);
  void make(const Entry& entry, const EntryLook& look, std::span<const tar::SparseRun> runs);
  void make_root(const Entry& entry);
  void begin_file(const Entry& entry, const Place& place, std::span<const tar::SparseRun> runs);
  void end_file();
  void make_symbolic_link(const Entry& entry, const Place& place);
  void make_hard_link(const Entry& entry, const Place& place, std::string_view target);
  void make_special(const Entry& entry, const Place& place);

  [[nodiscard]] Attributes attributes_of(const Entry& entry, const Place& place) const {
    return setter_.of(entry, place.path);
  }

  Ground& ground_;
  const AttributeSetter& setter_;
  Remarks& remarks_;
  DeclaredBytes& declared_;
  ExtractorOptions options_;
  std::string layer_ = {};
  std::string path_ = {};  ///< of the entry
  std::optional<EntryStream> stream_ = {};
  std::optional<OpenFile> file_ = {};
};

}  // namespace occy::tree
