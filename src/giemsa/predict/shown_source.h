#pragma once
#include <memory>

#include "giemsa/data/source.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

/// A source whose pictures are those of another as a model is shown them: whole frames cut to the cell
/// (predict/wide_field.h) and pale nuclei stained (predict/colours.h) where the viewing asks for it. `source`
/// must outlive it.
std::unique_ptr<Source> shown(const Source& source, const Viewing& viewing);

}  // namespace giemsa
