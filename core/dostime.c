/*
 * dostime - see dostime.h.
 */
#include "core/dostime.h"

#include <stdio.h>
#include <string.h>

#include "whichcab.h"

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool is_real(int year, int month, int day, int hour, int minute, int second)
{
    return year >= 1980 && year <= 2107 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in_month(year, month) && hour >= 0 && hour <= 23 && minute >= 0 &&
           minute <= 59 && second >= 0 && second <= 59;
}

uint32_t wci_dostime_make(int year, int month, int day, int hour, int minute, int second)
{
    uint32_t date, time;

    if (!is_real(year, month, day, hour, minute, second))
        return 0;
    date = (uint32_t)(year - 1980) << 9 | (uint32_t)month << 5 | (uint32_t)day;
    time = (uint32_t)hour << 11 | (uint32_t)minute << 5 | (uint32_t)second / 2;
    return date << 16 | time;
}

uint32_t wci_dostime_local(time_t seconds)
{
    struct tm fields;

    if (localtime_r(&seconds, &fields) == NULL)
        return 0;
    return wci_dostime_make(fields.tm_year + 1900, fields.tm_mon + 1, fields.tm_mday,
                            fields.tm_hour, fields.tm_min, fields.tm_sec);
}

bool wci_dostime_as_printed(uint32_t printed, uint32_t dostime)
{
    if (printed == 0 || dostime == 0)
        return true;
    if ((printed & 0xFFFF) == 0)
        return printed >> 16 == dostime >> 16;
    return printed >> 5 == dostime >> 5;
}

bool wci_dostime_fields(uint32_t dostime, struct tm *fields)
{
    int year = (int)(dostime >> 25) + 1980;
    int month = (int)(dostime >> 21 & 15);
    int day = (int)(dostime >> 16 & 31);
    int hour = (int)(dostime >> 11 & 31);
    int minute = (int)(dostime >> 5 & 63);
    int second = (int)(dostime & 31) * 2;

    if (!is_real(year, month, day, hour, minute, second))
        return false;
    memset(fields, 0, sizeof(*fields));
    fields->tm_year = year - 1900;
    fields->tm_mon = month - 1;
    fields->tm_mday = day;
    fields->tm_hour = hour;
    fields->tm_min = minute;
    fields->tm_sec = second;
    fields->tm_isdst = -1;
    return true;
}

bool wci_dostime_format(uint32_t dostime, char text[WCI_DOSTIME_TEXT])
{
    struct tm fields;

    text[0] = '\0';
    if (!wci_dostime_fields(dostime, &fields))
        return false;
    return strftime(text, WCI_DOSTIME_TEXT, "%Y-%m-%dT%H:%M:%S", &fields) > 0;
}

int64_t wci_dostime_seconds(uint32_t dostime)
{
    struct tm fields;

    return wci_dostime_fields(dostime, &fields) ? (int64_t)timegm(&fields) : WCAB_NO_TIME;
}

/* Exactly `digits` digits as a number, or -1; moves *text behind them. */
static int take_number(const char **text, int digits)
{
    int value = 0;

    for (; digits > 0; digits--, (*text)++) {
        if (**text < '0' || **text > '9')
            return -1;
        value = value * 10 + (**text - '0');
    }
    return value;
}

static bool take(const char **text, const char *any_of)
{
    if (**text == '\0' || strchr(any_of, **text) == NULL)
        return false;
    (*text)++;
    return true;
}

uint32_t wci_dostime_parse(const char *text)
{
    int year = take_number(&text, 4);
    int month, day, hour = 0, minute = 0, second = 0;

    if (year < 0 || !take(&text, "-"))
        return 0;
    month = take_number(&text, 2);
    if (month < 0 || !take(&text, "-"))
        return 0;
    day = take_number(&text, 2);
    if (take(&text, " T")) {
        hour = take_number(&text, 2);
        if (hour < 0 || !take(&text, ":"))
            return 0;
        minute = take_number(&text, 2);
        if (take(&text, ":"))
            second = take_number(&text, 2);
    }
    return *text == '\0' ? wci_dostime_make(year, month, day, hour, minute, second) : 0;
}
