#include "giemsa/core/error.h"

namespace giemsa {

Error::Error(ErrorKind kind, std::string message, std::string hint)
    : kind_(kind), message_(std::move(message)), hint_(std::move(hint)) {
  what_ = hint_.empty() ? message_ : message_ + "\nHint: " + hint_;
}

}  // namespace giemsa
