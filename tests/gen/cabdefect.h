/* cabdefect.h: named defects of a cabinet that is already written. */
#ifndef WCGEN_CABDEFECT_H
#define WCGEN_CABDEFECT_H

#include "spec.h"

/* Applies a `defect` line of a cabinet's description; README.md lists them. */
void wcgen_cabdefect_apply(struct wcgen_spec_line *line, struct wcgen_buffer *cabinet);

#endif
