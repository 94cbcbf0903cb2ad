#include "giemsa/eval/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/metrics/confusion.h"
#include "giemsa/metrics/scores.h"

namespace giemsa {
namespace {

/// `name`, with its origin behind it where another origin has the same name. One that was given by hand,
/// without an origin, is the same as any of that name.
std::vector<std::string> told_apart(const std::vector<ModelAnswers>& answers, std::string ModelAnswers::*name,
                                    std::string ModelAnswers::*origin) {
  std::map<std::string, std::set<std::string>> origins;
  for (const ModelAnswers& a : answers) {
    if (!(a.*origin).empty()) origins[a.*name].insert(a.*origin);
  }
  std::vector<std::string> names;
  for (const ModelAnswers& a : answers) {
    const bool add = origins[a.*name].size() > 1 && !(a.*origin).empty();
    names.push_back(add ? fmt::format("{} ({})", a.*name, a.*origin) : a.*name);
  }
  return names;
}

std::vector<std::string> distinct(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const std::string& name : names) {
    if (std::ranges::find(result, name) == result.end()) result.push_back(name);
  }
  return result;
}

std::size_t index_of(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

/// The row of each id.
std::map<std::string, std::size_t> rows_by_id(const Predictions& predictions, const std::string& model) {
  std::map<std::string, std::size_t> rows;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    if (!rows.emplace(predictions.ids[i], i).second) {
      throw Error(ErrorKind::Data, fmt::format("[compare] {} answers the picture '{}' more than once", model,
                                               printable(predictions.ids[i])));
    }
  }
  return rows;
}

/// The numbers of the second model's classes among those of the first.
std::vector<int> match_classes(const Predictions& first, const Predictions& second,
                               const PairedComparison& pair) {
  std::vector<int> match;
  for (const std::string& name : second.classes)
    match.push_back(static_cast<int>(index_of(first.classes, name)));
  const bool same = first.classes.size() == second.classes.size() && std::ranges::none_of(match, [&](int k) {
                      return k >= static_cast<int>(first.classes.size());
                    });
  require(same, ErrorKind::Data,
          fmt::format("[compare] {} answers with the classes {}; {} with {}", pair.first,
                      join(first.classes, ", "), pair.second, join(second.classes, ", ")),
          "only models of the same classes can be compared");
  return match;
}

/// Truth and answers of two models to the same pictures.
struct Matched {
  std::vector<int> labels, first, second;  // [N]
};

Matched match(const Predictions& first, const Predictions& second, const PairedComparison& pair) {
  const std::vector<int> class_of = match_classes(first, second, pair);
  const auto rows = rows_by_id(second, pair.second);
  Matched matched;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto found = rows.find(first.ids[i]);
    if (found == rows.end() || first.labels[i] < 0 || second.labels[found->second] < 0) continue;
    const std::size_t j = found->second;
    if (class_of[static_cast<std::size_t>(second.labels[j])] != first.labels[i]) {
      throw Error(ErrorKind::Data,
                  fmt::format("[compare] the picture '{}' is labelled otherwise for {} and for {}",
                              printable(first.ids[i]), pair.first, pair.second),
                  "measure both on the same labels");
    }
    matched.labels.push_back(first.labels[i]);
    matched.first.push_back(first.predicted(i));
    matched.second.push_back(class_of[static_cast<std::size_t>(second.predicted(j))]);
  }
  return matched;
}

std::vector<std::uint8_t> right(const std::vector<int>& labels, const std::vector<int>& predicted) {
  std::vector<std::uint8_t> result;
  for (std::size_t i = 0; i < labels.size(); ++i) result.push_back(labels[i] == predicted[i]);
  return result;
}

/// Accuracy and macro F1 of weighted pictures.
WeightedFigures accuracy_and_f1(const std::vector<int>& labels, const std::vector<int>& predicted,
                                int classes) {
  return [&labels, &predicted, classes](std::span<const int> weights, std::span<double> figures) {
    ConfusionMatrix matrix(classes);
    for (std::size_t i = 0; i < labels.size(); ++i) matrix.add(labels[i], predicted[i], weights[i]);
    figures[0] = accuracy(matrix);
    figures[1] = labels.empty() ? std::nan("") : macro_average(matrix).f1;
  };
}

/// `pair` names both models and the set.
PairedComparison compare_pair(const Predictions& first, const Predictions& second, PairedComparison pair,
                              const BootstrapOptions& bootstrap) {
  const Matched m = match(first, second, pair);
  const int classes = static_cast<int>(first.classes.size());
  pair.pictures = static_cast<std::int64_t>(m.labels.size());
  pair.mcnemar = mcnemar(right(m.labels, m.first), right(m.labels, m.second));
  const auto differences = paired_bootstrap(m.labels, 2, accuracy_and_f1(m.labels, m.first, classes),
                                            accuracy_and_f1(m.labels, m.second, classes), bootstrap);
  pair.accuracy = differences[0];
  pair.macro_f1 = differences[1];
  return pair;
}

std::int64_t labelled(const Predictions& predictions) {
  return std::ranges::count_if(predictions.labels, [](int label) { return label >= 0; });
}

}  // namespace

Comparison compare(const std::vector<ModelAnswers>& answers, const BootstrapOptions& bootstrap) {
  require(!answers.empty(), ErrorKind::Usage, "[compare] there is nothing to compare",
          "name evaluation folders of giemsa evaluate");
  const auto model_of = told_apart(answers, &ModelAnswers::model, &ModelAnswers::model_origin);
  const auto set_of = told_apart(answers, &ModelAnswers::set, &ModelAnswers::set_origin);
  Comparison c{.models = distinct(model_of),
               .sets = distinct(set_of),
               .figures = {},
               .pairs = {},
               .notes = {},
               .bootstrap = bootstrap};
  c.figures.assign(c.models.size(), std::vector<std::optional<Evaluation>>(c.sets.size()));
  std::vector<std::vector<const Predictions*>> given(c.sets.size(),
                                                     std::vector<const Predictions*>(c.models.size()));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::size_t model = index_of(c.models, model_of[i]), set = index_of(c.sets, set_of[i]);
    require(given[set][model] == nullptr, ErrorKind::Usage,
            fmt::format("[compare] there are two evaluations of {} on {}", model_of[i], set_of[i]),
            "tell them apart by names: MODEL@SET=FOLDER");
    rows_by_id(answers[i].predictions, model_of[i]);
    require(labelled(answers[i].predictions) > 0, ErrorKind::Data,
            fmt::format("[compare] none of the answers of {} to {} has a label", model_of[i], set_of[i]),
            "only labelled pictures can be compared");
    given[set][model] = &answers[i].predictions;
    c.figures[model][set] = evaluate(answers[i].predictions, bootstrap);
  }
  for (std::size_t set = 0; set < c.sets.size(); ++set) {
    bool alike = true;
    for (std::size_t a = 0; a < c.models.size(); ++a) {
      for (std::size_t b = a + 1; b < c.models.size(); ++b) {
        const Predictions *first = given[set][a], *second = given[set][b];
        if (!first || !second) continue;
        c.pairs.push_back(compare_pair(
            *first, *second, {.set = c.sets[set], .first = c.models[a], .second = c.models[b]}, bootstrap));
        const std::int64_t shared = c.pairs.back().pictures;
        alike = alike && shared == labelled(*first) && shared == labelled(*second);
      }
    }
    if (!alike) {
      c.notes.push_back(
          fmt::format("Not all models were measured on the same pictures of {}: their rows do not compare, "
                      "and the paired "
                      "tests take the pictures that both have.",
                      c.sets[set]));
    }
  }
  if (c.pairs.empty() && c.models.size() > 1) {
    c.notes.push_back(
        "No set was answered by two models, so none is tested against another. Where the pictures are the "
        "same, "
        "give the sets one name: MODEL@SET=FOLDER.");
  }
  if (c.pairs.size() > 1) {
    c.notes.push_back(
        fmt::format("{} pairs were tested and p is not corrected for that: by chance alone, one p in twenty "
                    "is below 0.05.",
                    c.pairs.size()));
  }
  return c;
}

}  // namespace giemsa
