#include "giemsa/serve/authorisation.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

#include "giemsa/core/text.h"

namespace giemsa {
namespace {

constexpr std::size_t kMaxCredentials = 4096;

/// What stands behind a scheme and its space; nothing where it is another scheme.
std::optional<std::string_view> credentials(std::string_view header, std::string_view scheme) {
  if (header.size() <= scheme.size() || header.size() > kMaxCredentials) return {};
  if (to_lower(header.substr(0, scheme.size())) != scheme || header[scheme.size()] != ' ') return {};
  header.remove_prefix(std::min(header.find_first_not_of(' ', scheme.size()), header.size()));
  return header;
}

/// The password of base64("name:password"); nothing where it is no base64 or has no colon.
std::optional<std::string> password(std::string_view encoded) {
  if (encoded.empty() || encoded.size() % 4 != 0) return {};
  std::string text(encoded.size() / 4 * 3, '\0');
  const int size = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(encoded.data()),
                                     static_cast<int>(encoded.size()));
  if (size < 0) return {};
  const std::size_t padding = encoded.ends_with("==") ? 2 : encoded.ends_with("=") ? 1 : 0;
  text.resize(static_cast<std::size_t>(size) - padding);
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return {};
  return text.substr(colon + 1);
}

}  // namespace

Authorisation::Authorisation(const std::optional<std::string>& token) {
  if (token) expected_ = digest_of(*token);
}

Authorisation::Digest Authorisation::digest_of(std::string_view text) {
  Digest digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

bool Authorisation::allows(std::string_view authorization) const {
  if (!expected_) return true;
  std::optional<std::string> given;
  if (const auto bearer = credentials(authorization, "bearer")) {
    given = *bearer;
  } else if (const auto basic = credentials(authorization, "basic")) {
    given = password(*basic);
  }
  const Digest digest = digest_of(given.value_or(""));  // of equal size, so that no length shows
  return ::CRYPTO_memcmp(digest.data(), expected_->data(), digest.size()) == 0 && given.has_value();
}

}  // namespace giemsa
