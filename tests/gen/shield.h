/* shield.h: InstallShield 5 and 6 cabinets (data1.hdr, data1.cab, data2.cab ...) from a text
 * description, whole or with named defects. The language is described in README.md. The layout is
 * what readers of the format have found out; the format itself was never published. */
#ifndef WCGEN_SHIELD_H
#define WCGEN_SHIELD_H

/* Writes the cabinet's files that the description asks for, and manifest.tsv, into the folder. */
void wcgen_shield_build(const char *description, const char *folder);

#endif
