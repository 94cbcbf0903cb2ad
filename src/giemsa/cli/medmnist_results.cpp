#include "giemsa/cli/medmnist_results.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"

namespace giemsa {

MedmnistSet parse_medmnist(const std::string& name, const std::string& part, std::span<const int> match,
                           std::size_t classes) {
  MedmnistSet set{.flag = name};
  if (const std::size_t sign = name.rfind('_'); sign != std::string::npos) {
    const std::string size = name.substr(sign + 1);
    require(!size.empty() && size.size() <= 4 && size.find_first_not_of("0123456789") == std::string::npos,
            ErrorKind::Usage, fmt::format("[evaluate] --medmnist {} does not end in a size", name),
            "its program's name of the data set, e.g. bloodmnist or bloodmnist_64");
    set = {name.substr(0, sign), std::stoi(size)};
  }
  require(!set.flag.empty() && set.flag.find_first_of("/_") == std::string::npos, ErrorKind::Usage,
          fmt::format("[evaluate] --medmnist {} names no data set", name),
          "its program's name of the data set, e.g. bloodmnist or bloodmnist_64");
  require(part == "train" || part == "val" || part == "test", ErrorKind::Usage,
          fmt::format("[evaluate] MedMNIST has no results of the part '{}'", part), "--split test");
  bool each_once = match.size() == classes;
  for (int c = 0; each_once && c < static_cast<int>(classes); ++c)
    each_once = std::ranges::count(match, c) == 1;
  require(
      each_once, ErrorKind::Usage,
      "[evaluate] MedMNIST's file needs each class of the data to be one of the model's own, and none left",
      "a model that was trained on its classes");
  return set;
}

std::string write_medmnist(const std::filesystem::path& folder, const MedmnistSet& set,
                           const std::string& part, const AnsweredPictures& answered,
                           std::span<const int> match, const MedmnistScore& score) {
  require(answered.findings.empty(), ErrorKind::Data,
          fmt::format("[evaluate] pictures could not be read ({}); MedMNIST's file has a row for each",
                      answered.findings.size()));
  const Predictions& predictions = answered.predictions;
  std::vector<float> in_data_order;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    for (const int c : match) in_data_order.push_back(predictions.row(i)[c]);
  }
  const std::string file = medmnist_file_name(set.flag, set.size_px, part, score, "giemsa");
  write_atomic(folder / file, medmnist_csv(in_data_order, static_cast<int>(match.size())));
  return file;
}

}  // namespace giemsa
