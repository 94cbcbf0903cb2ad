# Compiles files of TOML into the program, by the names of the files:
# recipes/*.toml as generated/recipes.cpp, the table behind giemsa/run/recipes.h, and
# recipes/search/*.toml as generated/search_spaces.cpp, the table behind giemsa/tune/search_spaces.h.

# giemsa_recipes(FOLDER HEADER FUNCTION): HEADER declares `std::span<const Recipe> FUNCTION()`.
function(giemsa_recipes folder header function)
  file(GLOB recipe_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.toml")
  set(rows "")
  foreach(file IN LISTS recipe_files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    get_filename_component(name "${file}" NAME_WE)
    file(READ "${file}" text)
    string(APPEND rows "    {\"${name}\", R\"toml(${text})toml\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/generated/${function}.cpp" @ONLY CONTENT
"#include \"@header@\"

namespace giemsa {

namespace {
constexpr Recipe kRecipes[] = {
@rows@};
}  // namespace

std::span<const Recipe> @function@() { return kRecipes; }

}  // namespace giemsa
")
endfunction()

giemsa_recipes(recipes giemsa/run/recipes.h recipes)
giemsa_recipes(recipes/search giemsa/tune/search_spaces.h search_spaces)
