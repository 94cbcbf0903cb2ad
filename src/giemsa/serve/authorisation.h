#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace giemsa {

/// Who may ask. The token is compared in constant time, whatever its length.
class Authorisation {
 public:
  /// Without a token everybody may.
  explicit Authorisation(const std::optional<std::string>& token);

  /// authorization: the header's value, `Bearer TOKEN`, or `Basic` with the token as the password and any
  /// name, which browsers ask for by themselves.
  bool allows(std::string_view authorization) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  static Digest digest_of(std::string_view text);

  std::optional<Digest> expected_;
};

}  // namespace giemsa
