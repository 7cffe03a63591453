/*
 * fields - where sample images hold numbers that parsers go by: sizes, offsets, counts, kinds.
 */
#ifndef MUTATE_FIELDS_H
#define MUTATE_FIELDS_H

#include "sample.h"

/* Fills sample->fields: of cabinets, FAT, ISO 9660, partition tables, ZIP, and the first and last
 * bytes of whatever else there is. */
void fields_find(struct sample *sample);

#endif
