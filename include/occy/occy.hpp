// occy/occy.hpp: the whole library in one include.
//
//   ImageInput ──▶ process() ──▶ ImageOutput ──▶ finalize() ──▶ verify() ──▶ CheckResults
//
//   occy::TarInput  input("image.tar");
//   occy::TarWriter output("copy.tar");
//   occy::ProcessReport report = occy::process(input, output);   // throws occy::Error; verified when it returns
#pragma once

#include "occy/blobs.hpp"                         // IWYU pragma: export
#include "occy/check.hpp"                         // IWYU pragma: export
#include "occy/check_results.hpp"                 // IWYU pragma: export
#include "occy/config.hpp"                        // IWYU pragma: export
#include "occy/credentials.hpp"                   // IWYU pragma: export
#include "occy/descriptor.hpp"                    // IWYU pragma: export
#include "occy/diff.hpp"                          // IWYU pragma: export
#include "occy/digest.hpp"                        // IWYU pragma: export
#include "occy/engine.hpp"                        // IWYU pragma: export
#include "occy/entry.hpp"                         // IWYU pragma: export
#include "occy/error.hpp"                         // IWYU pragma: export
#include "occy/filter.hpp"                        // IWYU pragma: export
#include "occy/filters/exclude.hpp"               // IWYU pragma: export
#include "occy/filters/inspect.hpp"               // IWYU pragma: export
#include "occy/filters/normalize_timestamps.hpp"  // IWYU pragma: export
#include "occy/filters/search.hpp"                // IWYU pragma: export
#include "occy/flatten.hpp"                       // IWYU pragma: export
#include "occy/image.hpp"                         // IWYU pragma: export
#include "occy/image_list.hpp"                    // IWYU pragma: export
#include "occy/index_copy.hpp"                    // IWYU pragma: export
#include "occy/input.hpp"                         // IWYU pragma: export
#include "occy/inputs/dir.hpp"                    // IWYU pragma: export
#include "occy/inputs/docker.hpp"                 // IWYU pragma: export
#include "occy/inputs/layout.hpp"                 // IWYU pragma: export
#include "occy/inputs/layout_blobs.hpp"           // IWYU pragma: export
#include "occy/inputs/registry.hpp"               // IWYU pragma: export
#include "occy/inputs/registry_blobs.hpp"         // IWYU pragma: export
#include "occy/inputs/tar.hpp"                    // IWYU pragma: export
#include "occy/inputs/tar_blobs.hpp"              // IWYU pragma: export
#include "occy/inputs/tar_stream.hpp"             // IWYU pragma: export
#include "occy/inputs/tree.hpp"                   // IWYU pragma: export
#include "occy/layer.hpp"                         // IWYU pragma: export
#include "occy/limits.hpp"                        // IWYU pragma: export
#include "occy/manifest.hpp"                      // IWYU pragma: export
#include "occy/output.hpp"                        // IWYU pragma: export
#include "occy/outputs/dir.hpp"                   // IWYU pragma: export
#include "occy/outputs/docker.hpp"                // IWYU pragma: export
#include "occy/outputs/layout.hpp"                // IWYU pragma: export
#include "occy/outputs/layout_blobs.hpp"          // IWYU pragma: export
#include "occy/outputs/registry.hpp"              // IWYU pragma: export
#include "occy/outputs/registry_blobs.hpp"        // IWYU pragma: export
#include "occy/outputs/tar.hpp"                   // IWYU pragma: export
#include "occy/outputs/tar_blobs.hpp"             // IWYU pragma: export
#include "occy/platform.hpp"                      // IWYU pragma: export
#include "occy/process.hpp"                       // IWYU pragma: export
#include "occy/progress.hpp"                      // IWYU pragma: export
#include "occy/reference.hpp"                     // IWYU pragma: export
#include "occy/registry.hpp"                      // IWYU pragma: export
#include "occy/result.hpp"                        // IWYU pragma: export
#include "occy/search.hpp"                        // IWYU pragma: export
#include "occy/search_match.hpp"                  // IWYU pragma: export
#include "occy/uri.hpp"                           // IWYU pragma: export
