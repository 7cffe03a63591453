/*
 * dostime - DOS date and time words (date << 16 | time): bits 15-9 years since 1980, 8-5 month,
 * 4-0 day; 15-11 hour, 10-5 minute, 4-0 seconds / 2 (MS-CAB specification, CFFILE; FAT).
 */
#ifndef WCI_DOSTIME_H
#define WCI_DOSTIME_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum { WCI_DOSTIME_TEXT = 20 };

/* Packs a calendar time; 0 when it lies outside 1980..2107 or a field is out of range. */
uint32_t wci_dostime_make(int year, int month, int day, int hour, int minute, int second);

/* Seconds since 1970 in local time; 0 when that is outside 1980..2107. */
uint32_t wci_dostime_local(time_t seconds);

/* ISO 8601 local without zone, "1995-07-11T09:50:00"; false and "" when 0 or not a real date. */
bool wci_dostime_format(uint32_t dostime, char text[WCI_DOSTIME_TEXT]);

/* Seconds from 1970-01-01T00:00:00 on the same clock, whatever its zone; WCAB_NO_TIME when 0 or not
 * a real date. */
int64_t wci_dostime_seconds(uint32_t dostime);

/* Fills the fields of tm; false when 0 or not a real date. */
bool wci_dostime_fields(uint32_t dostime, struct tm *fields);

/* Whether a date that was printed in a listing, perhaps without its seconds or as a day alone, may
 * be this one; also when either is unknown (0). */
bool wci_dostime_as_printed(uint32_t printed, uint32_t dostime);

/* Reads "YYYY-MM-DD", "YYYY-MM-DD HH:MM[:SS]" or with 'T'; 0 when it is none of these. */
uint32_t wci_dostime_parse(const char *text);

#endif
