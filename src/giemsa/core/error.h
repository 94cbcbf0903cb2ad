#pragma once
#include <exception>
#include <string>

namespace giemsa {

/// What went wrong, in the terms of the person who has to act; each kind has its exit code.
enum class ErrorKind {
  Internal = 1,  ///< a fault of giemsa itself
  Usage = 2,     ///< the command line or the configuration asks for something impossible
  Data = 3,      ///< the pictures, labels or splits are not as needed
  Io = 4,        ///< a file cannot be read or written
  Model = 5,     ///< weights or a model file do not fit
};

/// The one exception of giemsa: who, what was got, what was expected, and what to do.
///
///     throw Error(ErrorKind::Data, "[split] class 'basophil' has 2 images; 3 folds need at least 3",
///                 "--folds 2");
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message, std::string hint = {});

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }
  /// The message, and "Hint: …" on a second line where there is one.
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  ErrorKind kind_;
  std::string message_, hint_, what_;
};

/// The process exit code of an error kind: Usage 2, Data 3, Io 4, Model 5, Internal 1.
constexpr int exit_code(ErrorKind kind) { return static_cast<int>(kind); }

/// Throws Error{kind, message, hint} unless `condition` holds.
inline void require(bool condition, ErrorKind kind, const std::string& message,
                    const std::string& hint = {}) {
  if (!condition) throw Error(kind, message, hint);
}

}  // namespace giemsa
