#pragma once
#include <string_view>

namespace giemsa {

/// How haematology counts a cell.
enum class CellKind {
  White,         ///< leukocytes: shares of these are the differential count
  Erythroblast,  ///< nucleated red cells: given per 100 white cells
  Other,         ///< platelets, red cells and what is no cell: counted alone
};

/// By the name of its class, upper and lower case and a plural s alike. Names that are not in the short list
/// of what is no white cell are white cells: whoever trains a model of their own names these most finely.
CellKind cell_kind(std::string_view class_name);

}  // namespace giemsa
