// Expected numbers: tests/golden/make/differential_count.py.

#include "giemsa/predict/differential_count.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "giemsa/core/csv.h"

namespace giemsa {
namespace {

DifferentialCount counted(const std::vector<std::string>& classes, const std::vector<int>& cells) {
  DifferentialCount count(classes);
  for (std::size_t c = 0; c < cells.size(); ++c)
    for (int i = 0; i < cells[c]; ++i) count.add(c);
  return count;
}

TEST(CellKind, IsToldByTheName) {
  const auto white = CellKind::White, red = CellKind::Erythroblast, other = CellKind::Other;
  for (const auto& [name, kind] : std::vector<std::pair<const char*, CellKind>>{{"basophil", white},
                                                                                {"Eosinophils", white},
                                                                                {"ig", white},
                                                                                {"lymphocyte", white},
                                                                                {"monocyte", white},
                                                                                {"neutrophil", white},
                                                                                {"erythroblast", red},
                                                                                {"Erythroblasts", red},
                                                                                {"NRBC", red},
                                                                                {"platelet", other},
                                                                                {"Platelets", other},
                                                                                {"RBC", other},
                                                                                {"smudge_cell", other},
                                                                                {"Red-Blood-Cell", other},
                                                                                {"myeloblast", white},
                                                                                {"s", white}})
    EXPECT_EQ(cell_kind(name), kind) << name;
}

TEST(DifferentialCount, GivesSharesOfTheWhiteCells) {
  struct Row {
    int cells, of;
    double low, high;
  };
  const std::vector<Row> kRows{{0, 100, 0.00000, 3.69935},    {1, 100, 0.17674, 5.44862},
                               {5, 100, 2.15437, 11.17505},   {10, 100, 5.52291, 17.43657},
                               {50, 100, 40.38315, 59.61685}, {100, 100, 96.30065, 100.00000},
                               {1, 200, 0.08832, 2.77737},    {20, 200, 6.56704, 14.94058},
                               {60, 500, 9.43749, 15.14196},  {700, 1000, 67.08761, 72.75932}};
  for (const Row& row : kRows) {
    const auto classes =
        counted({"neutrophil", "monocyte", "platelet"}, {row.cells, row.of - row.cells, 50}).classes();
    EXPECT_NEAR(classes[0].value, 100.0 * row.cells / row.of, 1e-12);
    EXPECT_NEAR(classes[0].interval.low, row.low, 1e-4) << row.cells << " of " << row.of;
    EXPECT_NEAR(classes[0].interval.high, row.high, 1e-4) << row.cells << " of " << row.of;
    EXPECT_EQ(classes[2].cells, 50);
    EXPECT_TRUE(std::isnan(classes[2].value));
  }
}

TEST(DifferentialCount, GivesErythroblastsPerHundredWhiteCells) {
  const auto classes = counted({"erythroblast", "lymphocyte"}, {10, 200}).classes();
  EXPECT_DOUBLE_EQ(classes[0].value, 5);
  EXPECT_DOUBLE_EQ(classes[1].value, 100);
  EXPECT_NEAR(classes[0].interval.low, 2.676617, 1e-5);
  EXPECT_NEAR(classes[0].interval.high, 9.340149, 1e-5);
  // More of them than white cells.
  EXPECT_DOUBLE_EQ(counted({"erythroblast", "lymphocyte"}, {30, 10}).classes()[0].value, 300);
}

TEST(DifferentialCount, HasNoSharesWithoutWhiteCells) {
  for (const CountedClass& c : counted({"erythroblast", "lymphocyte", "platelet"}, {10, 0, 7}).classes()) {
    EXPECT_TRUE(std::isnan(c.value)) << c.name;
    EXPECT_TRUE(std::isnan(c.interval.high)) << c.name;
  }
}

TEST(DifferentialCount, IsATable) {
  DifferentialCount count = counted({"neutrophil", "erythroblast", "ig", "platelet"}, {3, 1, 1, 2});
  count.add_unlike();
  count.add_unsure();
  count.add_unsure();
  count.add_unreadable();
  EXPECT_EQ(count.white_cells(), 4);
  EXPECT_EQ(count.readable(), 10);
  EXPECT_EQ(count.abstained(), 3);
  const CsvTable table = CsvTable::parse(differential_count_csv(count), "count");
  std::vector<std::string> rows;
  for (const auto& row : table.rows()) rows.push_back(row[0] + " " + row[1] + " " + row[2] + " " + row[3]);
  EXPECT_EQ(rows, (std::vector<std::string>{"neutrophil 3 % of white cells 75.0000",
                                            "erythroblast 1 per 100 white cells 25.0000",
                                            "ig 1 % of white cells 25.0000", "platelet 2  ",
                                            "white cells 4  ", "abstained 3  ", "unreadable 1  "}));
  const std::string text = differential_count_table(count);
  EXPECT_NE(text.find("  neutrophil            3   75.0 % of white cells (30.1 to 95.4)\n"),
            std::string::npos)
      << text;
  EXPECT_TRUE(text.ends_with("unreadable            1")) << text;
}

}  // namespace
}  // namespace giemsa
