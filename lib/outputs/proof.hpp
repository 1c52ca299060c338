// outputs/proof.hpp: how a verification is done.
#pragma once

#include <stop_token>

#include "occy/limits.hpp"
#include "occy/output.hpp"

namespace occy::outputs {

struct Proof {
  VerifyLevel level = VerifyLevel::standard;
  unsigned jobs = 1;  ///< layers or blobs at once
  Limits limits = {};

  /// What is not looked at after a stop request is a "verify.unreachable" warning.
  std::stop_token stop = {};
};

}  // namespace occy::outputs
