#include "codec/unpacker.hpp"

namespace occy::codec {

std::unique_ptr<Unpacker> make_gzip_unpacker() {
#ifdef OCCY_HAVE_ISAL
  return make_isal_unpacker();
#else
  return make_zlib_unpacker();
#endif
}

}  // namespace occy::codec
