#include "giemsa/inspect/policy.h"

namespace giemsa {

void describe(OptionVisitor& visit, CleanOptions& o) {
  visit.field("broken", o.broken, {.doc = "Pictures that cannot be read.", .choices = {"drop", "keep"}});
  visit.field(
      "identical", o.identical,
      {.doc = "Pictures with the same pixels, of one label.", .choices = {"keep_one", "drop", "keep"}});
  visit.field("near_duplicates", o.near_duplicates,
              {.doc = "Pictures that show the same, of one label; the one that is stored as most of the set "
                      "are is kept.",
               .choices = {"keep_one", "drop", "keep"}});
  visit.field(
      "conflicting", o.conflicting,
      {.doc = "Identical or nearly identical pictures with different labels; \"majority\" keeps those "
              "with the label that more than half of them carry.",
       .choices = {"drop", "majority", "keep"}});
  visit.field(
      "repeated", o.repeated,
      {.doc = "Pictures with inspect.repeated_from identical copies or more.", .choices = {"drop", "keep"}});
  const auto field = [&](std::string_view name, std::string& value, std::string_view doc) {
    visit.field(name, value, {.doc = doc, .choices = {"drop", "keep"}});
  };
  field("constant", o.constant, "Pictures of one colour.");
  field("dark", o.dark, "Dark pictures.");
  field("bright", o.bright, "Bright pictures.");
  field("low_information", o.low_information, "Pictures that show hardly anything.");
  field("blurred", o.blurred, "Blurred pictures.");
  field("non_cells", o.non_cells, "Pictures that are not of the kind that the set consists of.");
  field("outliers", o.outliers, "Pictures far from all others of their class.");
  visit.field("label_errors", o.label_errors,
              {.doc = "Pictures whose label is probably wrong; \"relabel\" gives them the suggested one.",
               .choices = {"keep", "drop", "relabel"}});
}

void describe(OptionVisitor& visit, CleanPolicy& policy) {
  visit.group("inspect", policy.inspect);
  visit.group("clean", policy.clean);
}

}  // namespace giemsa
