# Compiles the files of src/giemsa/serve/page into the program, as generated/page_files.cpp: the table behind
# giemsa/serve/page_files.h. It is made again when one of them changes.

set(page_folder "${PROJECT_SOURCE_DIR}/src/giemsa/serve/page")
file(GLOB page_names RELATIVE "${page_folder}" CONFIGURE_DEPENDS
     "${page_folder}/*.html" "${page_folder}/*.css" "${page_folder}/*.js" "${page_folder}/*.svg")
set(arrays "")
set(rows "")
set(number 0)
foreach(name IN LISTS page_names)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${page_folder}/${name}")
  file(READ "${page_folder}/${name}" digits HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${digits}")
  file(SHA256 "${page_folder}/${name}" hash)
  string(SUBSTRING "${hash}" 0 16 hash)
  string(APPEND arrays "constexpr unsigned char kFile${number}[] = {${bytes}};\n")
  string(APPEND rows "    {\"${name}\", \"${hash}\", kFile${number}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/generated/page_files.cpp" @ONLY CONTENT
"#include \"giemsa/serve/page_files.h\"

namespace giemsa {

namespace {
@arrays@
constexpr PageFile kFiles[] = {
@rows@};
}  // namespace

std::span<const PageFile> page_files() { return kFiles; }

}  // namespace giemsa
")
