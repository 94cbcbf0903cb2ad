#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace giemsa {

/// One part of a form: a view into the body that it came in.
struct FormPart {
  std::string name;      ///< of the field
  std::string filename;  ///< "" where there is none
  std::string_view content;
};

/// Whether a Content-Type is multipart/form-data.
bool is_form(std::string_view content_type);

/// The parts of a multipart/form-data body (RFC 7578, RFC 2046), in their order; contents are not copied.
/// Throws Data for a form without a boundary or an end, a part without a name or with headers of more than
/// 8 KiB, and for more than `max_parts` parts.
std::vector<FormPart> parse_form(std::string_view body, std::string_view content_type, std::size_t max_parts);

}  // namespace giemsa
