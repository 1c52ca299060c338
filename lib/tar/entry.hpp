// tar/entry.hpp: the public Entry, under the room's own name.
#pragma once

#include "occy/entry.hpp"
#include "tar/header.hpp"

namespace occy::tar {

using occy::Entry;
using occy::EntryType;
using occy::Time;

}  // namespace occy::tar
