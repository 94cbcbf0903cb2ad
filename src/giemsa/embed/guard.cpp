#include "giemsa/embed/guard.h"

#include <filesystem>
#include <new>
#include <string>

#include "giemsa/core/error.h"

namespace giemsa::embed {
namespace {

struct LastError {
  /// What is said where there is no memory to say it with.
  void keep(const char* text, const char* advice) noexcept {
    try {
      message = text;
      hint = advice;
    } catch (const std::bad_alloc&) {
      message = "no memory";  // short enough to need none
      hint.clear();
    }
  }
  std::string message, hint;
};
thread_local LastError last_error;

}  // namespace

giemsa_status keep_error() noexcept {
  try {
    throw;
  } catch (const Error& error) {
    last_error.keep(error.message().c_str(), error.hint().c_str());
    return static_cast<giemsa_status>(exit_code(error.kind()));
  } catch (const std::filesystem::filesystem_error& error) {
    last_error.keep(error.what(), "");
    return GIEMSA_IO;
  } catch (const std::bad_alloc&) {
    last_error.keep("out of memory", "");
  } catch (const std::exception& error) {
    last_error.keep(error.what(), "");
  } catch (...) {
    last_error.keep("an exception of an unknown kind", "");
  }
  return GIEMSA_INTERNAL;
}

}  // namespace giemsa::embed

const char* giemsa_last_error(void) { return giemsa::embed::last_error.message.c_str(); }
const char* giemsa_last_hint(void) { return giemsa::embed::last_error.hint.c_str(); }
