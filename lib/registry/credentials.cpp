#include "occy/credentials.hpp"

namespace occy {

CredentialSource::~CredentialSource() = default;

}  // namespace occy
