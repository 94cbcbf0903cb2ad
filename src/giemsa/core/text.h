#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace giemsa {

/// The candidate with the smallest edit distance to `name`, upper and lower case alike, or "" when none is
/// near (distance above a third of the longer word). For "did you mean" hints.
std::string nearest_candidate(std::string_view name, std::span<const std::string> candidates);

/// "did you mean 'x'?", or "one of: a, b, c" when no candidate is near.
std::string suggest(std::string_view name, std::span<const std::string> candidates);

/// `items` with `separator` between them.
std::string join(std::span<const std::string> items, std::string_view separator);

/// `text` at every `separator`; always at least one part.
std::vector<std::string> split_text(std::string_view text, char separator);

/// ASCII lower case.
std::string to_lower(std::string_view text);

/// Whether `text` is well-formed UTF-8 (RFC 3629), as TOML and JSON demand; file names may be otherwise.
bool is_utf8(std::string_view text);

/// Text of an untrusted file for messages and terminals: UTF-8 stays, while control characters, marks that
/// turn the direction of writing, and bytes that are no UTF-8 become "\\x1b". Cut with "…" behind
/// `most_bytes` of `text`.
std::string printable(std::string_view text, std::size_t most_bytes = 100);

/// `&`, `<`, `>`, `"` and `'` as HTML entities.
std::string escape_html(std::string_view text);

/// 12345678 → "12,345,678".
std::string with_thousands(long long value);

/// 93.4 s → "1:33"; 3725 s → "1:02:05".
std::string format_duration(double seconds);

/// The bytes as base64 (RFC 4648), for data URIs.
std::string base64(std::span<const unsigned char> bytes);

}  // namespace giemsa
