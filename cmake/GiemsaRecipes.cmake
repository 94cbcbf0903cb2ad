# Compiles recipes/*.toml into the program: generated/recipes.cpp, the table behind giemsa/run/recipes.h.
file(GLOB recipe_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/recipes/*.toml")
set(rows "")
foreach(file IN LISTS recipe_files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  get_filename_component(name "${file}" NAME_WE)
  file(READ "${file}" text)
  string(APPEND rows "    {\"${name}\", R\"toml(${text})toml\"},\n")
endforeach()
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/generated/recipes.cpp" @ONLY CONTENT
"#include \"giemsa/run/recipes.h\"

namespace giemsa {

namespace {
constexpr Recipe kRecipes[] = {
@rows@};
}  // namespace

std::span<const Recipe> recipes() { return kRecipes; }

}  // namespace giemsa
")
