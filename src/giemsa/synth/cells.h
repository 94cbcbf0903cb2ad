#pragma once
#include "giemsa/core/random.h"
#include "giemsa/synth/canvas.h"

namespace giemsa::synth {

/// One painter per class. Each paints its cell round `centre`, fills canvas.cell and canvas.nucleus, and
/// returns the outline, so that red cells can keep clear of it.
using CellPainter = Outline (*)(Canvas& canvas, Point centre, Random& random);

Outline paint_basophil(Canvas& canvas, Point centre, Random& random);
Outline paint_eosinophil(Canvas& canvas, Point centre, Random& random);
Outline paint_erythroblast(Canvas& canvas, Point centre, Random& random);
Outline paint_ig(Canvas& canvas, Point centre, Random& random);
Outline paint_lymphocyte(Canvas& canvas, Point centre, Random& random);
Outline paint_monocyte(Canvas& canvas, Point centre, Random& random);
Outline paint_neutrophil(Canvas& canvas, Point centre, Random& random);
Outline paint_platelet(Canvas& canvas, Point centre, Random& random);

/// The red cells (and now and then a stray platelet) round a cell; none lies over it.
void paint_surroundings(Canvas& canvas, const Outline& cell, bool platelets_likely, Random& random);

}  // namespace giemsa::synth
