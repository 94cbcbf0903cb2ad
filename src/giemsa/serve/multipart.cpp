#include "giemsa/serve/multipart.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

constexpr std::size_t kMaxPartHeadBytes = 8192;
constexpr std::size_t kMaxBoundary = 70;  // RFC 2046, 5.1.1

[[noreturn]] void fail(const std::string& problem) {
  throw Error(ErrorKind::Data, fmt::format("[form] {}", problem),
              "multipart/form-data with a part for each picture, as curl -F and browsers send it");
}

std::string_view without_space(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The value of `name=value` or `name="value"` behind the first ';' of a header's value; `\"` stands for `"`.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  std::size_t at = header.find(';');
  while (at < header.size()) {
    const std::size_t equals = header.find('=', at + 1);
    if (equals == std::string_view::npos) return {};
    const std::string key = to_lower(without_space(header.substr(at + 1, equals - at - 1)));
    std::string value;
    std::size_t end = header.find_first_not_of(" \t", equals + 1);
    if (end < header.size() && header[end] == '"') {
      for (++end; end < header.size() && header[end] != '"'; ++end) {
        // Browsers write a quote as %22 and leave a backslash as it is; older clients write \".
        if (header[end] == '\\' && end + 1 < header.size() && header[end + 1] == '"') ++end;
        value += header[end];
      }
      if (end >= header.size()) return {};  // the quote does not end
      end = header.find(';', end);
    } else {
      end = header.find(';', equals);
      const std::size_t size = end == std::string_view::npos ? end : end - equals - 1;
      value = without_space(header.substr(equals + 1, size));
    }
    if (key == name) return value;
    at = end;
  }
  return {};
}

bool begins_with(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() && to_lower(text.substr(0, lower_case.size())) == lower_case;
}

std::string boundary_of(std::string_view content_type) {
  const std::optional<std::string> boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kMaxBoundary)
    fail("the Content-Type tells no boundary of 1 to 70 characters");
  return *boundary;
}

/// The part between two boundaries: headers, an empty line, the content.
FormPart parse_part(std::string_view part) {
  const std::string_view head = part.substr(0, kMaxPartHeadBytes + 4);
  // A part without headers begins with the empty line at once; it has no name then.
  const std::size_t end = head.find("\r\n\r\n");
  if (end == std::string_view::npos) fail("a part has no end of its headers, or over 8 KiB of them");
  FormPart parsed;
  bool has_name = false;
  for (std::size_t at = 0; at < end;) {
    const std::size_t line_end = std::min(head.find("\r\n", at), end);
    const std::string_view line = head.substr(at, line_end - at);
    at = line_end + 2;
    constexpr std::string_view kDisposition = "content-disposition:";
    if (!begins_with(line, kDisposition)) continue;
    const std::string_view value = without_space(line.substr(kDisposition.size()));
    if (!begins_with(value, "form-data")) continue;
    const std::optional<std::string> name = parameter(value, "name");
    has_name = name.has_value();
    parsed.name = name.value_or("");
    parsed.filename = parameter(value, "filename").value_or("");
  }
  if (!has_name) fail("a part has no name");
  parsed.content = part.substr(end + 4);
  return parsed;
}

}  // namespace

bool is_form(std::string_view content_type) {
  return to_lower(without_space(content_type.substr(0, content_type.find(';')))) == "multipart/form-data";
}

std::vector<FormPart> parse_form(std::string_view body, std::string_view content_type,
                                 std::size_t max_parts) {
  const std::string delimiter = fmt::format("\r\n--{}", boundary_of(content_type));
  // The delimiter has one line end, at its beginning, so that this looks at no byte of a body more than
  // twice.
  const auto next_delimiter = [&](std::size_t from) {
    return std::min(body.find(delimiter, from), body.size());
  };

  std::vector<FormPart> parts;
  // The first delimiter has no line end before it where nothing stands before it.
  const std::string_view first(delimiter.data() + 2, delimiter.size() - 2);
  std::size_t at = body.starts_with(first) ? first.size() : next_delimiter(0) + delimiter.size();
  for (;;) {  // at: behind a delimiter
    if (at > body.size()) fail("the form does not end with its boundary");
    if (body.substr(at).starts_with("--")) return parts;
    at = body.find_first_not_of(" \t", at);
    if (at == std::string_view::npos || !body.substr(at).starts_with("\r\n"))
      fail("something stands behind a boundary");
    at += 2;
    const std::size_t end = next_delimiter(at);
    if (end == body.size()) fail("the form does not end with its boundary");
    if (parts.size() == max_parts)
      fail(fmt::format("there are more than {} parts, the limit of one request", max_parts));
    parts.push_back(parse_part(body.substr(at, end - at)));
    at = end + delimiter.size();
  }
}

}  // namespace giemsa
