// occy/export.hpp: which symbols the shared library shows.
//
// The library is compiled with hidden visibility: only what carries OCCY_API is part of its interface. A user of the
// static library sees no effect.
#pragma once

#if defined(__GNUC__)
#define OCCY_API __attribute__((visibility("default")))
#else
#define OCCY_API
#endif
