#include "giemsa/predict/cell_kinds.h"

#include <algorithm>
#include <array>
#include <string>

#include "giemsa/core/text.h"

// CLSI H20-A2 (reference leukocyte differential count) counts leukocytes, and gives nucleated red cells per
// 100 of them. The names are those of the public sets of blood cells (PBC, Raabin-WBC, BCCD, LISC, Munich
// AML) and their usual abbreviations.

namespace giemsa {
namespace {

constexpr std::array<std::string_view, 6> kErythroblasts{
    "erythroblast", "normoblast", "nrbc", "ebo", "proerythroblast", "nucleated red blood cell"};
constexpr std::array<std::string_view, 15> kOthers{
    "platelet",       "thrombocyte", "giant platelet", "plt",      "erythrocyte", "reticulocyte",
    "red blood cell", "rbc",         "artifact",       "artefact", "debris",      "background",
    "smudge",         "smudge cell", "other"};

}  // namespace

CellKind cell_kind(std::string_view class_name) {
  std::string name = to_lower(class_name);
  std::ranges::replace_if(
      name, [](char c) { return c == '_' || c == '-'; }, ' ');
  if (name.size() > 1 && name.ends_with('s')) name.pop_back();
  if (std::ranges::find(kErythroblasts, name) != kErythroblasts.end()) return CellKind::Erythroblast;
  return std::ranges::find(kOthers, name) != kOthers.end() ? CellKind::Other : CellKind::White;
}

}  // namespace giemsa
