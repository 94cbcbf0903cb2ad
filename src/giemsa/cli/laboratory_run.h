#pragma once
#include <filesystem>
#include <span>
#include <string>

#include "giemsa/cli/measured_part.h"
#include "giemsa/data/source.h"
#include "giemsa/eval/laboratory.h"
#include "giemsa/metrics/bootstrap.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

/// Measures a model on a part of another laboratory's pictures: as they are, in standard colours, over eight
/// symmetries, and both; each free over all classes of the model and restricted to those that its records
/// have. match: which class of the model each class of the source is. Shows progress bars.
LaboratorySummary measure_other_laboratory(const std::filesystem::path& model, const Source& source,
                                           const MeasuredPart& part, std::span<const int> match,
                                           const std::string& name, const BootstrapOptions& bootstrap,
                                           int threads);

/// On standard output: a table with two lines for each way, free and restricted.
void print_laboratory(const LaboratorySummary& summary);
/// `way,classes,accuracy,accuracy_low,accuracy_high,balanced_accuracy,macro_f1,roc_auc`, classes being free
/// or restricted.
std::string to_csv(const LaboratorySummary& summary);

}  // namespace giemsa
