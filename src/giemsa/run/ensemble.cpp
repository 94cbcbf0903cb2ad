#include "giemsa/run/ensemble.h"

#include <fmt/format.h>

#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {

Model make_ensemble(std::vector<Model> members) {
  Model ensemble;
  for (Model& model : members) {
    if (ensemble.members.empty()) {
      ensemble.classes = model.classes;
      ensemble.viewing = model.viewing;
    }
    require(model.classes == ensemble.classes, ErrorKind::Data,
            fmt::format("[ensemble] a model with the classes {} does not go with one of {}",
                        join(model.classes, ", "), join(ensemble.classes, ", ")),
            "train the members on the same classes; they are kept in alphabetical order");
    require(model.viewing == ensemble.viewing, ErrorKind::Data,
            "[ensemble] the models are shown pictures in different ways (\"viewing\" in their model.json)",
            "bring them to one: giemsa calibrate DATA --model MODEL, with the same --views, --standardise …");
    if (!model.is_ensemble()) {
      ensemble.members.push_back(std::move(model));
      continue;
    }
    for (Model& member : model.members) ensemble.members.push_back(std::move(member));
  }
  require(ensemble.members.size() >= 2 && ensemble.members.size() <= kMaxMembers, ErrorKind::Usage,
          fmt::format("[ensemble] {} networks; expected 2 to {}", ensemble.members.size(), kMaxMembers));
  ensemble.viewing.second_looks = false;  // they need the novelty, which goes with the trust
  for (std::size_t i = 0; i < ensemble.members.size(); ++i) {
    ensemble.members[i].trust = {};  // it was fitted to that network's answers alone
    ensemble.facts.emplace_back(fmt::format("member {}", i + 1), ensemble.members[i].network);
  }
  return ensemble;
}

}  // namespace giemsa
