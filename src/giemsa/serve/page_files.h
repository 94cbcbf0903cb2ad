#pragma once
#include <span>
#include <string_view>

namespace giemsa {

/// A file of src/giemsa/serve/page, as it was when the program was built (cmake/GiemsaPage.cmake).
struct PageFile {
  std::string_view name;  ///< "index.html"
  std::string_view hash;  ///< of its bytes, hexadecimal
  std::span<const unsigned char> bytes;
};

/// All of them, by name.
std::span<const PageFile> page_files();

}  // namespace giemsa
