#pragma once

/// `giemsa adapt`: reads its arguments, adapts, and returns the exit code. argv[0] is not read.
int adapt_program(int argc, char** argv);
