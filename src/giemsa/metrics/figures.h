#pragma once
#include <array>
#include <type_traits>
#include <utility>
#include <vector>

namespace giemsa {

// The figures of a measurement as T: a double, or the Interval around it. docs/metrics.md defines each.

/// Of one class, or an average over the classes.
template <class T>
struct ClassFigures {
  T precision{}, recall{}, f1{};
  T roc_auc{};            ///< one-vs-rest
  T average_precision{};  ///< one-vs-rest: the area under the precision-recall curve
};

/// Of all pictures together.
template <class T>
struct OverallFigures {
  T accuracy{}, balanced_accuracy{};
  T mcc{}, kappa{};
  T roc_auc{}, average_precision{};  ///< macro
  T log_loss{}, brier{}, ece{};
  T aurc{}, augrc{};  ///< the confidence is the largest probability
};

template <class T>
struct Figures {
  using Type = T;
  OverallFigures<T> overall;
  ClassFigures<T> macro, weighted;
  std::vector<ClassFigures<T>> classes;
};

/// The names of the figures, as in evaluation.json, and where they are.
template <class T>
inline constexpr std::array<std::pair<const char*, T OverallFigures<T>::*>, 11> kOverallFigures{{
    {"accuracy", &OverallFigures<T>::accuracy},
    {"balanced_accuracy", &OverallFigures<T>::balanced_accuracy},
    {"mcc", &OverallFigures<T>::mcc},
    {"kappa", &OverallFigures<T>::kappa},
    {"roc_auc", &OverallFigures<T>::roc_auc},
    {"average_precision", &OverallFigures<T>::average_precision},
    {"log_loss", &OverallFigures<T>::log_loss},
    {"brier", &OverallFigures<T>::brier},
    {"ece", &OverallFigures<T>::ece},
    {"aurc", &OverallFigures<T>::aurc},
    {"augrc", &OverallFigures<T>::augrc},
}};

template <class T>
inline constexpr std::array<std::pair<const char*, T ClassFigures<T>::*>, 5> kClassFigures{{
    {"precision", &ClassFigures<T>::precision},
    {"recall", &ClassFigures<T>::recall},
    {"f1", &ClassFigures<T>::f1},
    {"roc_auc", &ClassFigures<T>::roc_auc},
    {"average_precision", &ClassFigures<T>::average_precision},
}};

/// Calls visit(T&) for every figure, always in the same order; `figures` may be const.
template <class AnyFigures, class Visit>
void for_each_figure(AnyFigures& figures, Visit visit) {
  using T = typename std::remove_const_t<AnyFigures>::Type;
  for (const auto& [name, member] : kOverallFigures<T>) visit(figures.overall.*member);
  const auto visit_class = [&](auto& of_class) {
    for (const auto& [name, member] : kClassFigures<T>) visit(of_class.*member);
  };
  visit_class(figures.macro);
  visit_class(figures.weighted);
  for (auto& of_class : figures.classes) visit_class(of_class);
}

}  // namespace giemsa
