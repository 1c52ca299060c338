// contract/output_destinations.hpp: every output that the contract is held against.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "occy/output.hpp"

namespace occy::test {

/// A fresh place where outputs of one kind write, seen from outside.
class Destination {
 public:
  virtual ~Destination() = default;

  /// A new output for the same name, each time.
  [[nodiscard]] virtual std::unique_ptr<ImageOutput> output() = 0;

  /// Whether an image stands under the destination's name.
  [[nodiscard]] virtual bool has_image() = 0;

  /// What is there besides the image: temporary files, half an upload. Empty when nothing is.
  [[nodiscard]] virtual std::string leftovers() = 0;

  /// What becomes of the whole image when a sink is dropped. A socket cannot take back what was sent of the layer, so
  /// there the output may give up.
  enum class AfterDrop { goes_on, may_give_up };
  [[nodiscard]] virtual AfterDrop after_drop() const { return AfterDrop::goes_on; }

  /// What a second image of the same name meets. A directory that somebody may work in is not replaced.
  enum class WhenThere { replaces, refuses };
  [[nodiscard]] virtual WhenThere when_there() const { return WhenThere::replaces; }
};

struct DestinationKind {
  std::string name;
  std::function<std::unique_ptr<Destination>()> make;
};

/// An output joins the contract with one line in here.
[[nodiscard]] const std::vector<DestinationKind>& destination_kinds();

}  // namespace occy::test
