#include "giemsa/eval/predictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/metrics/confusion.h"

namespace giemsa {
namespace {

constexpr std::string_view kProbabilityPrefix = "p_";
constexpr double kMostOffOne = 0.01;
constexpr const char* kNoProbabilities =
    "write at least three decimals; turn scores, logits or per cent into probabilities first";
constexpr std::size_t kMostClasses = 10'000;  ///< as of a model; the confusion matrix is their square

/// None for what is no number from 0 to 1. What is smaller than any float, as other programs write who
/// count in doubles, is 0.
std::optional<float> as_probability(const std::string& text) {
  const char* const last = text.data() + text.size();
  float p = 0;
  auto read = std::from_chars(text.data(), last, p);
  if (read.ec == std::errc::result_out_of_range) {
    double precise = 2;
    read = std::from_chars(text.data(), last, precise);
    if (!(precise >= 0 && precise <= 1)) return {};
    p = static_cast<float>(precise);
  }
  if (read.ec != std::errc{} || read.ptr != last || !(p >= 0 && p <= 1)) return {};
  return p;
}

/// Reads the rows of one file; every complaint names file and row (counted from one, below the header).
class Reader {
 public:
  explicit Reader(const std::filesystem::path& csv) : name_(csv.string()), table_(CsvTable::read(csv)) {}

  Predictions read() {
    find_classes();
    const std::size_t id = table_.column("id"), path = table_.column("path");
    const std::size_t label = table_.column("label"), predicted = table_.column("predicted");
    for (row_ = 0; row_ < table_.rows().size(); ++row_) {
      result_.ids.push_back(field(id));
      result_.paths.push_back(field(path));
      result_.labels.push_back(field(label).empty() ? -1 : class_number(field(label), "label"));
      read_probabilities();
      check_predicted(class_number(field(predicted), "predicted"));
    }
    return std::move(result_);
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const {
    throw Error(ErrorKind::Data, fmt::format("[predictions] {}, row {}: {}", name_, row_ + 1, what), hint);
  }

  const std::string& field(std::size_t column) const { return table_.rows()[row_][column]; }

  void find_classes() {
    for (std::size_t column = 0; column < table_.header().size(); ++column) {
      const std::string& title = table_.header()[column];
      if (!title.starts_with(kProbabilityPrefix)) continue;
      result_.classes.push_back(title.substr(kProbabilityPrefix.size()));
      probability_columns_.push_back(column);
    }
    const auto& classes = result_.classes;
    if (classes.empty()) {
      throw Error(ErrorKind::Data, fmt::format("[predictions] {} has no column p_<class>", name_),
                  "expected: id,path,label,predicted and one p_<class> per class");
    }
    require(classes.size() <= kMostClasses, ErrorKind::Data,
            fmt::format("[predictions] {} has {} columns p_<class>; expected at most {}", name_,
                        classes.size(), kMostClasses));
    if (std::set<std::string>(classes.begin(), classes.end()).size() != classes.size()) {
      throw Error(ErrorKind::Data, fmt::format("[predictions] {} has two columns of one class", name_));
    }
  }

  int class_number(const std::string& name, const char* column) const {
    const auto& classes = result_.classes;
    const auto found = std::find(classes.begin(), classes.end(), name);
    if (found == classes.end()) {
      fail(fmt::format("{} '{}' has no column 'p_{}'", column, name, name), suggest(name, classes));
    }
    return static_cast<int>(found - classes.begin());
  }

  void read_probabilities() {
    double sum = 0;
    for (const std::size_t column : probability_columns_) {
      const std::string& text = field(column);
      const std::optional<float> p = as_probability(text);
      if (!p)
        fail(fmt::format("{} is '{}'; expected a probability from 0 to 1", table_.header()[column], text),
             kNoProbabilities);
      result_.probabilities.push_back(*p);
      sum += *p;
    }
    if (std::abs(sum - 1) > kMostOffOne + 1e-6) {  // the numbers are float
      fail(fmt::format("the probabilities sum to {:.6g}; expected 1 ± {}", sum, kMostOffOne),
           kNoProbabilities);
    }
  }

  /// The column is there for people; it must not contradict the probabilities that everything is measured
  /// from.
  void check_predicted(int named) const {
    const std::size_t i = result_.size() - 1;
    const int largest = result_.predicted(i);
    if (result_.row(i)[named] == result_.row(i)[largest]) return;
    fail(fmt::format("predicted is '{}', but the largest probability is p_{}", result_.classes[named],
                     result_.classes[largest]));
  }

  std::string name_;
  CsvTable table_;
  std::size_t row_ = 0;
  std::vector<std::size_t> probability_columns_;
  Predictions result_;
};

}  // namespace

int Predictions::predicted(std::size_t i) const { return arg_max({row(i), classes.size()}); }

void check_shape(const Predictions& p) {
  const std::size_t n = p.ids.size(), k = p.classes.size();
  require(k > 0 && p.paths.size() == n && p.labels.size() == n && p.probabilities.size() == n * k,
          ErrorKind::Internal,
          fmt::format("[predictions] {} ids, {} paths, {} labels and {} probabilities of {} classes", n,
                      p.paths.size(), p.labels.size(), p.probabilities.size(), k));
  for (std::size_t i = 0; i < n; ++i) {
    if (p.labels[i] < -1 || p.labels[i] >= static_cast<int>(k)) {
      throw Error(ErrorKind::Data, fmt::format("[predictions] '{}' has label {}; expected -1…{}", p.ids[i],
                                               p.labels[i], k - 1));
    }
  }
}

void write_predictions(const std::filesystem::path& csv, const Predictions& predictions) {
  check_shape(predictions);
  const auto& classes = predictions.classes;
  std::vector<std::string> fields{"id", "path", "label", "predicted"};
  for (const std::string& name : classes) fields.push_back(std::string(kProbabilityPrefix) + name);
  std::string text;
  append_csv_row(text, fields);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const int label = predictions.labels[i];
    fields = {predictions.ids[i], predictions.paths[i],
              label < 0 ? "" : classes[static_cast<std::size_t>(label)],
              classes[static_cast<std::size_t>(predictions.predicted(i))]};
    for (std::size_t k = 0; k < classes.size(); ++k) fields.push_back(shortest(predictions.row(i)[k]));
    append_csv_row(text, fields);
  }
  write_atomic(csv, text);
}

Predictions read_predictions(const std::filesystem::path& csv) { return Reader(csv).read(); }

}  // namespace giemsa
