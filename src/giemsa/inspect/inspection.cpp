#include "giemsa/inspect/inspection.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "giemsa/core/error.h"
#include "giemsa/data/similar_names.h"
#include "giemsa/inspect/findings_of.h"

namespace giemsa {
namespace {

/// The rows of `distinct` out of one row of `size` numbers per record.
std::vector<float> rows_of(const std::vector<float>& values, std::size_t size,
                           const std::vector<std::size_t>& distinct) {
  std::vector<float> rows;
  rows.reserve(distinct.size() * size);
  for (const std::size_t record : distinct) {
    const auto row = values.begin() + static_cast<std::ptrdiff_t>(record * size);
    rows.insert(rows.end(), row, row + static_cast<std::ptrdiff_t>(size));
  }
  return rows;
}

/// What the distinct pictures look like to whoever compares them.
struct Looks {
  std::vector<Appearance> appearances;
  std::vector<float> features;  ///< the network's, when it has given any
  std::vector<int> labels;
  FeatureMatrix matrix;  ///< of one of the two
};

Looks looks_of(const Inspection& inspection, const NetworkOpinion& opinion) {
  Looks looks;
  for (const std::size_t record : inspection.distinct) {
    looks.appearances.push_back(inspection.pictures[record].appearance);
    looks.labels.push_back(inspection.labels[record]);
  }
  if (!compares_classes(inspection.classes.size())) std::ranges::fill(looks.labels, -1);
  looks.matrix = FeatureMatrix(looks.appearances);
  if (opinion.feature_size > 0) {
    looks.features = rows_of(opinion.features, opinion.feature_size, inspection.distinct);
    looks.matrix = {looks.features.data(), inspection.distinct.size(), opinion.feature_size};
  }
  return looks;
}

std::vector<LabelDoubt> doubts_of(const Inspection& inspection, const Looks& looks,
                                  const NetworkOpinion& opinion, const LabelErrorOptions& options) {
  const std::size_t classes = inspection.classes.size();
  if (!compares_classes(classes)) return std::vector<LabelDoubt>(inspection.distinct.size());
  if (opinion.probabilities
          .empty())  // not by a network's features: it may have learnt from these very labels
    return find_label_errors(FeatureMatrix(looks.appearances), looks.labels, static_cast<int>(classes),
                             options);
  const std::vector<float> probabilities = rows_of(opinion.probabilities, classes, inspection.distinct);
  std::vector<char> known;
  for (const std::size_t record : inspection.distinct) known.push_back(opinion.predicted[record]);
  return find_label_errors(OutOfFold{probabilities, known}, looks.labels, static_cast<int>(classes), options);
}

/// What is wrong with the set as it lies there, and not with a record.
std::vector<Finding> findings_of_set(const Source& source) {
  std::vector<Finding> findings(source.findings().begin(), source.findings().end());
  for (const auto& [first, other] : similar_class_names(source.classes()))
    findings.push_back(
        {other, "similar_class", fmt::format("a class of its own, but spelt like '{}'", first)});
  if (const std::size_t classes = source.classes().size(); !compares_classes(classes)) {
    findings.push_back({"(data set)", "too_many_classes",
                        fmt::format("{} classes; labels are judged, and outliers of a class told, up to {}",
                                    classes, kMostComparedClasses)});
  }
  return findings;
}

void check(const NetworkOpinion& opinion, std::size_t records, std::size_t classes) {
  require(opinion.features.size() == records * opinion.feature_size, ErrorKind::Internal,
          "[inspect] features that do not fit the records");
  require(opinion.probabilities.empty() ||
              (opinion.probabilities.size() == records * classes && opinion.predicted.size() == records),
          ErrorKind::Internal, "[inspect] predictions that do not fit the records");
}

}  // namespace

void describe(OptionVisitor& visit, InspectOptions& o) {
  visit.field("repeated_from", o.repeated_from,
              {.doc = "Identical pictures from which on they count as planted, not as a slip.", .min = 2});
  visit.group("quality", o.quality);
  visit.group("near_duplicates", o.near_duplicates);
  visit.group("outliers", o.outliers);
  visit.group("non_cells", o.non_cells);
  visit.group("label_errors", o.label_errors);
}

Inspection inspect(const Source& source, const InspectOptions& options, const NetworkOpinion& opinion,
                   const ProgressCallback& looked, const ProgressCallback& compared) {
  const auto records = source.records();
  check(opinion, records.size(), source.classes().size());
  Inspection result;
  result.classes = source.classes();
  for (const Record& record : records) result.labels.push_back(record.label);
  result.pictures = look_at_pictures(source, looked);
  result.groups = find_duplicates(result.pictures, result.labels, options.near_duplicates, compared);
  result.distinct = distinct_pictures(result.pictures);

  const Looks looks = looks_of(result, opinion);
  result.outliers = find_outliers(looks.matrix, looks.labels, options.outliers);
  result.non_cells = find_non_cells(looks.appearances, options.non_cells);
  result.label_doubts = doubts_of(result, looks, opinion, options.label_errors);
  result.findings = findings_of_set(source);
  std::ranges::move(findings_of(result, records, options), std::back_inserter(result.findings));
  return result;
}

}  // namespace giemsa
