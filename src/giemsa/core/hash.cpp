#include "giemsa/core/hash.h"

#include <openssl/evp.h>

#include <array>
#include <vector>

#include "giemsa/core/descriptor.h"
#include "giemsa/core/error.h"

namespace giemsa {

struct Sha256::Context {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  require(context_->digest && EVP_DigestInit_ex(context_->digest.get(), EVP_sha256(), nullptr) == 1,
          ErrorKind::Internal, "[hash] OpenSSL offers no SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::uint8_t> bytes) {
  EVP_MD_CTX* digest = context_->digest.get();
  require(digest && EVP_DigestUpdate(digest, bytes.data(), bytes.size()) == 1, ErrorKind::Internal,
          "[hash] SHA-256 was given more bytes after its end");
}

void Sha256::update(std::string_view text) {
  update(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::string Sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned int size = 0;
  EVP_MD_CTX* digest = context_->digest.get();
  require(digest && EVP_DigestFinal_ex(digest, bytes.data(), &size) == 1, ErrorKind::Internal,
          "[hash] SHA-256 was asked for its digits twice");
  context_->digest.reset();
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

std::string sha256_hex(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hash.hex();
}

std::string sha256_of_file(const std::filesystem::path& path) {
  InputDescriptor file(path);
  Sha256 hash;
  std::vector<std::uint8_t> buffer(1 << 20);
  while (const std::size_t count = file.read(buffer)) hash.update(std::span(buffer).first(count));
  return hash.hex();
}

}  // namespace giemsa
