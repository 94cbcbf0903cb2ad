#pragma once
#include <string>
#include <string_view>

#include "giemsa/predict/classifier.h"

namespace giemsa {

/// What POST /v1/predict says of one picture, as JSON. Numbers read back to the same bits, as those of
/// `giemsa predict --format json` do.
std::string answer_json(const std::string& name, const Classifier& classifier, const Judgement& judgement);
/// Of a picture that could not be read.
std::string unreadable_json(const std::string& name, std::string_view reason);

}  // namespace giemsa
