#include "giemsa/serve/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "giemsa/core/text.h"
#include "giemsa/serve/page_files.h"

namespace giemsa {
namespace {

std::string_view content_type_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".svg", "image/svg+xml"},
  }};
  for (const auto& [ending, type] : kTypes) {
    if (name.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

/// Scripts, styles and connections only from and to here, nothing inline.
constexpr const char* kPolicy =
    "default-src 'none'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; connect-src "
    "'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

}  // namespace

Reply page_reply(std::string_view name, const Asked& asked) {
  const auto files = page_files();
  const auto file = std::ranges::find(files, name, &PageFile::name);
  if (file == files.end())
    return refusal(404, "usage", fmt::format("the page has no part '{}'", printable(name)));
  const std::string tag = fmt::format("\"{}\"", file->hash);
  Reply reply;
  reply.headers = {{"ETag", tag}, {"Cache-Control", "no-cache"}, {"Content-Security-Policy", kPolicy}};
  if (asked.if_none_match.find(tag) != std::string::npos) {
    reply.status = 304;
    return reply;
  }
  reply.content_type = content_type_of(name);
  reply.body.assign(file->bytes.begin(), file->bytes.end());
  return reply;
}

void add_security_headers(Reply& reply) {
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  reply.headers.emplace_back("Referrer-Policy", "no-referrer");
  reply.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
}

}  // namespace giemsa
